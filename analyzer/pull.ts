import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, RecordsError } from '../common/errors.js';
import { besidePath } from '../common/files.js';
import type { ActivationReader, ActivationSource, EpochSpan } from '../platforms/platform.js';
import { readManifest, writeManifest } from '../records/manifest.js';
import { RUN_FILES } from '../records/run-directory.js';
import { openTables, quoteText, type Tables } from '../records/tables.js';
import { spoolActivations, type ActivationSpool } from '../records/write-activations.js';
import type { RecordsRead } from './analysis.js';
import { viewRun } from './join.js';
import { listMissing, recordsRead } from './records-read.js';
import { sqlOf } from './sql.js';

export interface PullOptions {
  /** how long to wait for records that are not there yet when everything was read once */
  waitS: number;
  onProgress?: (progress: PullProgress) => void;
  /** what the user should know of the way, one sentence each */
  onWarning?: (warning: string) => void;
  /** ends the reading: what was read is given up, the run directory stays as it was */
  signal?: AbortSignal | undefined;
}

export interface PullProgress {
  /** records read so far, of whatever test */
  read: number;
  /** of the expected activations; null before everything was read once */
  found: number | null;
  expected: number;
  waitedS: number;
}

/** The clocks of client and platform may differ by this much. */
const CLOCK_MARGIN_MS = 60_000;
/** An invocation that was only accepted may start minutes later; looked for once it is known to be missing. */
const QUEUE_MARGIN_MS = 10 * 60_000;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Reads the activations of a run from the platform into `activations.parquet`: those that its invocations named, and what
 * these caused. Records arrive late, so it asks again until all are there or the wait is over; what is still missing then
 * is counted in the manifest and listed in `missing.csv`. With `'records'` nothing is read: what lies there is all.
 *
 * @throws PlatformError, RecordsError
 */
export async function pullActivations(
  runDirectory: string,
  source: ActivationSource | 'records',
  options: PullOptions,
): Promise<RecordsRead> {
  const tables = await openTables();
  try {
    await viewRun(tables, runDirectory);
    if (source === 'records') return await recordsRead(tables, 'records');
    await pull(tables, runDirectory, source, options);
    await viewRun(tables, runDirectory);
    const records = await recordsRead(tables, source.name);
    await listMissing(tables, runDirectory);
    const { complete, missing } = records;
    const manifest = await readManifest(runDirectory);
    await writeManifest(runDirectory, { ...manifest, activations: { source: source.name, complete, missing } });
    return records;
  } finally {
    tables.close();
  }
}

async function pull(
  tables: Tables,
  runDirectory: string,
  source: ActivationSource,
  options: PullOptions,
): Promise<void> {
  await tables.run(
    'CREATE TEMP TABLE expected AS SELECT DISTINCT activation_id FROM invocations WHERE activation_id IS NOT NULL',
  );
  const [{ expected } = { expected: 0 }] = await tables.query<{ expected: number }>(
    'SELECT count(*) AS expected FROM expected',
  );
  const target = join(runDirectory, RUN_FILES.activations);
  const spool = spoolActivations(target);
  try {
    if (expected > 0) await fetchUntilComplete(tables, runDirectory, source, spool, expected, options);
    await keepThisTest(tables, spool, target);
  } finally {
    await spool.remove();
  }
}

async function fetchUntilComplete(
  tables: Tables,
  runDirectory: string,
  source: ActivationSource,
  spool: ActivationSpool,
  expected: number,
  { waitS, onProgress = () => undefined, onWarning = () => undefined, signal }: PullOptions,
): Promise<void> {
  const warn = warnOnce(onWarning);
  const progress: PullProgress = { read: 0, found: null, expected, waitedS: 0 };
  await tables.run('CREATE OR REPLACE TEMP TABLE arrived (activation_id VARCHAR)');
  const reader: ActivationReader = { awaited: (ids) => awaitedOf(tables, ids), onWarning: warn };
  const fetch = async (span: EpochSpan): Promise<void> => {
    for await (const rows of source.activations(span, reader)) {
      signal?.throwIfAborted();
      await spool.add(rows);
      progress.read += rows.length;
      onProgress(progress);
    }
  };
  await fetch(await spanOfRun(runDirectory));
  // The wait begins when everything was read once: reading itself may take longer than it.
  const began = performance.now();
  for (let pauseMs = 250; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const missing = await missingAfter(tables, spool);
    progress.found = expected - missing.count;
    progress.waitedS = (performance.now() - began) / 1000;
    onProgress(progress);
    if (missing.count === 0 || source.settled === true || progress.waitedS >= waitS) return;
    await sleep(Math.min(pauseMs, Math.max(1, 1000 * (waitS - progress.waitedS))), undefined, signal ? { signal } : {});
    await fetch(await spanOfMissing(runDirectory, missing));
  }
}

/** Which of these activations are expected and were not there when everything was read the last time. */
async function awaitedOf(tables: Tables, ids: readonly string[]): Promise<string[]> {
  const rows = await tables.query<{ activation_id: string }>(sqlOf('awaited'), { ids: JSON.stringify(ids) });
  return rows.map(({ activation_id }) => activation_id);
}

interface Missing {
  count: number;
  firstMs: number;
  lastMs: number;
}

async function missingAfter(tables: Tables, spool: ActivationSpool): Promise<Missing> {
  await spool.flush();
  await tables.run(
    `CREATE OR REPLACE TEMP TABLE arrived AS SELECT DISTINCT activation_id FROM ${spool.table} SEMI JOIN expected USING (activation_id)`,
  );
  const [row] = await tables.query<{ first_ms: number | null; last_ms: number | null; missing: number }>(
    sqlOf('missing_span'),
  );
  return { count: row!.missing, firstMs: row!.first_ms ?? 0, lastMs: row!.last_ms ?? 0 };
}

async function spanOfRun(runDirectory: string): Promise<EpochSpan> {
  const { start_epoch_ms: start, end_epoch_ms: end } = await readManifest(runDirectory);
  if (start === null) throw new RecordsError(`${runDirectory}: the run ended before its first invocation was due`);
  return { sinceMs: start - CLOCK_MARGIN_MS, uptoMs: (end ?? Date.now()) + CLOCK_MARGIN_MS };
}

async function spanOfMissing(runDirectory: string, { firstMs, lastMs }: Missing): Promise<EpochSpan> {
  const { start_epoch_ms: start } = await readManifest(runDirectory);
  return { sinceMs: start! + firstMs - CLOCK_MARGIN_MS, uptoMs: start! + lastMs + QUEUE_MARGIN_MS };
}

/** Rows go from file to file: only ids are held. */
async function keepThisTest(tables: Tables, spool: ActivationSpool, target: string): Promise<void> {
  const everything = besidePath(`${target}.all`);
  try {
    await spool.flush();
    await tables.writeParquet(`SELECT * FROM ${spool.table}`, everything);
    await tables.run(
      `CREATE OR REPLACE TEMP VIEW fetched AS SELECT * FROM read_parquet(${quoteText(everything)}, file_row_number = true)`,
    );
    await tables.run(sqlOf('of_this_test'));
    await tables.writeParquet(
      'SELECT * EXCLUDE (file_row_number) FROM fetched SEMI JOIN of_this_test USING (file_row_number)',
      target,
    );
  } catch (error) {
    throw new RecordsError(`${target} cannot be written: ${messageOf(error)}`);
  } finally {
    await rm(everything, { force: true });
  }
}

/** The same sentence would come with every reading. */
function warnOnce(onWarning: (warning: string) => void): (warning: string) => void {
  const said = new Set<string>();
  return (warning) => {
    if (!said.has(warning)) onWarning(warning);
    said.add(warning);
  };
}
