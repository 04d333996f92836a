import { createWriteStream } from 'node:fs';
import { access, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, RecordsError } from '../common/errors.js';
import type { Plan } from '../workload/model.js';
import { planOf, summarizePlan } from '../workload/plan.js';
import { planSourceFromResolved } from '../workload/recorded-plan.js';
import { BEAT_EVERY_MS, isAbandoned, readHeartbeat } from './heartbeat.js';
import { settleInvocations } from './invocation-figures.js';
import { INVOCATION_HEADER } from './invocations.js';
import { type JournalScan, scanJournal } from './journal-scan.js';
import { lostRowLines } from './lost-rows.js';
import { type Manifest, readManifest, writeManifest } from './manifest.js';
import { lostMonitors } from './lost-monitors.js';
import { RUN_FILES } from './run-directory.js';

/**
 * Makes an interrupted run of one whose process was killed: each row that was reached gets its one record (`lost` where
 * none was written), the rest is counted as unreached, `invocations.parquet` is written and the manifest says all that. A
 * last line that was cut off is taken away and counted. A run that is complete, or still going on, is left as it is.
 *
 * @returns the manifest as it now is
 * @throws  RecordsError if there is no journal, or this version cannot plan the run again
 */
export async function recoverRun(directory: string): Promise<Manifest> {
  const manifest = await readManifest(directory);
  if (!(await isAbandoned(directory, manifest))) return manifest;
  const journal = join(directory, RUN_FILES.journal);
  await access(journal).catch((error: unknown) => {
    throw new RecordsError(`${journal}: there is none, so nothing of this run can be recovered`, { cause: error });
  });
  const plan = await planAgain(directory, manifest);
  const scan = await scanJournal(journal, manifest.ledger.planned);
  if (scan.cutBytes > 0) await truncate(journal, scan.wholeBytes);
  await recordLostRows(directory, plan, manifest, scan);
  const { ledger, lateness, sendLag } = await settleInvocations(directory, manifest.ledger.planned, scan.repeated > 0);
  const recovered: Manifest = {
    ...manifest,
    status: 'interrupted',
    end_epoch_ms: await lastSignOfLife(directory, manifest, scan),
    ledger,
    lateness_ms: lateness,
    send_lag_ms: sendLag,
    monitors: lostMonitors(manifest),
    warnings: [...manifest.warnings, ...warningsOf(scan)],
    verdict: {
      valid: false,
      reasons: [
        `the invoker was killed: ${ledger.unreached.toLocaleString('en')} of ${ledger.planned.toLocaleString('en')} planned ` +
          `invocations were never reached, and of ${ledger.lost.toLocaleString('en')} the end is not known`,
      ],
    },
  };
  await writeManifest(directory, recovered);
  await rm(join(directory, RUN_FILES.heartbeat), { force: true });
  return recovered;
}

async function planAgain(directory: string, manifest: Manifest): Promise<Plan> {
  try {
    const source = await planSourceFromResolved(manifest.config, manifest.files);
    const plan = planOf(source);
    if (summarizePlan(plan, source).sha256 === manifest.plan_sha256) return plan;
  } catch (error) {
    throw new RecordsError(`${directory}: its plan cannot be made again: ${messageOf(error)}`, { cause: error });
  }
  throw new RecordsError(
    `${directory}: this version plans the run differently from faaslab ${manifest.faaslab_version}; recover it with that version`,
  );
}

/**
 * The heartbeat tells how far the run had come. Of the rows whose time came until the next beat would have, nobody knows
 * whether they were fired: their end is not known either, and only what lies beyond is surely unreached.
 */
async function recordLostRows(
  directory: string,
  plan: Plan,
  { instances }: Manifest,
  { isRecorded, nextSeq, wholeBytes }: JournalScan,
): Promise<void> {
  const heartbeat = await readHeartbeat(directory);
  const lines = lostRowLines({
    plan,
    instances,
    fromSeq: 0,
    uptoSeq: Math.max(nextSeq, heartbeat?.next_seq ?? 0),
    uptoMs: heartbeat === null ? -Infinity : heartbeat.time_ms + BEAT_EVERY_MS,
    isRecorded,
  });
  const journal = createWriteStream(join(directory, RUN_FILES.journal), { flags: 'a' });
  // Killed before even the header was whole.
  if (wholeBytes === 0) journal.write(INVOCATION_HEADER);
  await pipeline(Readable.from(lines), journal);
}

async function lastSignOfLife(directory: string, manifest: Manifest, { lastMs }: JournalScan): Promise<number | null> {
  if (manifest.start_epoch_ms === null) return null;
  const heartbeat = await stat(join(directory, RUN_FILES.heartbeat)).catch(() => null);
  return Math.round(Math.max(manifest.start_epoch_ms + (lastMs ?? 0), heartbeat?.mtimeMs ?? 0));
}

function warningsOf({ cutBytes, repeated }: JournalScan): string[] {
  return [
    ...(cutBytes > 0
      ? ['the last line of the journal was cut off when the invoker was killed; 1 record was left out']
      : []),
    ...(repeated > 0 ? [`${repeated} lines of the journal repeat an invocation; the first of each counts`] : []),
  ];
}
