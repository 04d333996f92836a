import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActivationReader, ActivationSource, EpochSpan } from '../platforms/platform.js';
import { readManifest, writeManifest } from '../records/manifest.js';
import { RUN_FILES } from '../records/run-directory.js';
import { openTables, type Tables } from '../records/tables.js';
import { spoolActivations, type ActivationSpool } from '../records/write-activations.js';
import type { RecordsRead } from './analysis.js';
import { viewRun } from './join.js';
import { keepThisTest, warnOfOddFields } from './keep-this-test.js';
import { spanOfRun, spanToLookAgain, type Missing } from './pull-spans.js';
import { listMissing, recordsRead } from './records-read.js';
import { sqlOf } from './sql.js';
import { untilAborted } from './until-aborted.js';

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
  const tables = await openTables({ signal: options.signal });
  try {
    await viewRun(tables, runDirectory);
    if (source === 'records') return await recordsRead(tables, 'records');
    const before = (await readManifest(runDirectory)).activations?.source ?? 'records';
    const kept = await pull(tables, runDirectory, source, options);
    if (kept > 0) options.onWarning?.(keptWords(kept, before, source));
    await viewRun(tables, runDirectory);
    const records = await recordsRead(tables, kept > 0 ? bothSources(before, source.name) : source.name);
    await listMissing(tables, runDirectory, records);
    const { complete, missing } = records;
    const manifest = await readManifest(runDirectory);
    await writeManifest(runDirectory, { ...manifest, activations: { source: records.source, complete, missing } });
    return records;
  } finally {
    tables.close();
  }
}

function keptWords(kept: number, before: string, { place }: ActivationSource): string {
  return `${place} has fewer records of this run than were there already: ${kept} were kept from before (${before})`;
}

/** `couchdb+documents`: some records are of the one, some of the other; in the order in which they were read. */
function bothSources(before: string, now: string): string {
  return [...before.split('+').filter((name) => name !== now), now].join('+');
}

/** @returns how many records stayed that were there before and were not read now */
async function pull(
  tables: Tables,
  runDirectory: string,
  source: ActivationSource,
  options: PullOptions,
): Promise<number> {
  const target = join(runDirectory, RUN_FILES.activations);
  const spool = spoolActivations(tables, target, source.format === undefined ? {} : { format: source.format });
  const warn = warnOnce(options.onWarning ?? (() => undefined));
  try {
    await tables.run(sqlOf('expected'));
    const partsAfterReading = await fetchUntilComplete(tables, runDirectory, source, spool, {
      ...options,
      onWarning: warn,
    });
    const repeats = source.repeated?.() ?? 0;
    if (repeats > 0)
      warn(`${source.place}: ${repeats} requests failed (a 5xx, a 429, a lost connection) and were asked again`);
    const kept = await keepThisTest(tables, { spool, partsAfterReading }, target, source, warn);
    await warnOfOddFields(tables, target, source, warn);
    return kept;
  } finally {
    await spool.remove();
  }
}

/** @returns how many parts the spool had after each reading */
async function fetchUntilComplete(
  tables: Tables,
  runDirectory: string,
  source: ActivationSource,
  spool: ActivationSpool,
  { waitS, onProgress = () => undefined, onWarning = () => undefined, signal }: PullOptions,
): Promise<number[]> {
  const expected = await countOf(tables, 'SELECT count(*) AS n FROM awaited');
  const progress: PullProgress = { read: 0, found: null, expected, waitedS: 0 };
  const reader: ActivationReader = { awaited: (ids) => awaitedOf(tables, ids), onWarning, signal };
  const fetch = async (span: EpochSpan): Promise<void> => {
    for await (const records of untilAborted(source.activations(span, reader), signal)) {
      await spool.add(records);
      progress.read += records.length;
      onProgress(progress);
    }
  };
  if (expected > 0) {
    await spool.addFiles(source.files ?? []);
    await fetch(await spanOfRun(runDirectory));
  }
  await spool.flush();
  const partsAfterReading = [spool.parts().length];
  const unread = await countOf(tables, `SELECT count(*) AS n FROM ${spool.rows()} WHERE activation_id IS NULL`);
  if (unread > 0) onWarning(`${source.place}: ${unread} records are no activations and were left out`);
  // The wait begins when everything was read once: reading itself may take longer than it.
  const began = performance.now();
  let isClockWrong = false;
  for (let looks = 0, pauseMs = 250; ; looks += 1, pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const missing = await missingAfter(tables, spool);
    if (looks === 1) isClockWrong = await areAnyOutside(tables, await spanOfRun(runDirectory));
    progress.found = expected - missing.count;
    progress.waitedS = (performance.now() - began) / 1000;
    onProgress(progress);
    const owed = source.owed?.() ?? null;
    const isThere = missing.count === 0 && owed === null;
    // One more look there is in any case: the platform's clock may be wrong.
    if (isThere || source.settled === true || (looks > 0 && progress.waitedS >= waitS)) {
      if (owed !== null) onWarning(`${source.place}: ${owed.count} components of sequences have no record`);
      if (progress.found === 0) warnOfClocks(source, progress, onWarning);
      return partsAfterReading;
    }
    await sleep(Math.min(pauseMs, Math.max(1, 1000 * (waitS - progress.waitedS))), undefined, signal ? { signal } : {});
    // Wide again only if that is where some were: of an API all records of the span are read each time.
    const isWide = looks === 0 || isClockWrong;
    await fetch(await spanToLookAgain(runDirectory, missing, owed, isWide));
    await spool.flush();
    partsAfterReading.push(spool.parts().length);
  }
}

/** Not one record, but others' around: either they lie at another time, or elsewhere. */
function warnOfClocks(
  source: ActivationSource,
  { read, expected }: PullProgress,
  warn: (warning: string) => void,
): void {
  const others = source.othersSeen?.() ?? read;
  if (expected === 0 || others === 0 || source.settled === true) return;
  warn(
    `${source.place}: it has records of the time of this run, but none of its ${expected} activations: do the clocks of ` +
      'platform and client differ by more than ten minutes, or did the run go to another platform?',
  );
}

/** Which of these activations are expected and were not there when everything was read the last time. */
async function awaitedOf(tables: Tables, ids: readonly string[]): Promise<string[]> {
  const rows = await tables.query<{ activation_id: string }>(sqlOf('awaited_of'), { ids: JSON.stringify(ids) });
  return rows.map(({ activation_id }) => activation_id);
}

async function missingAfter(tables: Tables, spool: ActivationSpool): Promise<Missing> {
  await tables.run(`CREATE OR REPLACE TEMP VIEW fetched AS SELECT * FROM ${spool.rows()}`);
  await tables.run(sqlOf('awaited'));
  const [row] = await tables.query<{ first_ms: number | null; last_ms: number | null; missing: number }>(
    sqlOf('missing_span'),
  );
  return { count: row!.missing, firstMs: row!.first_ms ?? 0, lastMs: row!.last_ms ?? 0 };
}

/** Whether records of the run were found where only a wide look goes. */
async function areAnyOutside(tables: Tables, { sinceMs }: EpochSpan): Promise<boolean> {
  const outside = `SELECT count(*) AS n FROM fetched SEMI JOIN invocations USING (activation_id) WHERE start_ms < ${sinceMs}`;
  return (await countOf(tables, outside)) > 0;
}

async function countOf(tables: Tables, sql: string): Promise<number> {
  const [row] = await tables.query<{ n: number }>(sql);
  return row!.n;
}

/** The same sentence would come with every reading. */
function warnOnce(onWarning: (warning: string) => void): (warning: string) => void {
  const said = new Set<string>();
  return (warning) => {
    if (!said.has(warning)) onWarning(warning);
    said.add(warning);
  };
}
