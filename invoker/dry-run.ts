import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ConfigError, RecordsError } from '../common/errors.js';
import { replaceAtomically } from '../common/files.js';
import { plainJson, plainText } from '../common/plain-text.js';
import { whyNotWritten } from '../records/run-directory.js';
import type { Plan, PlanRow, PlanSummary, Workload } from '../workload/model.js';

/** The plan as a person reads it. */
export function planText({ testName, durationS, seed, instances }: Workload, summary: PlanSummary): string {
  const names = instances.map(({ name }) => plainText(name));
  const counts = instances.map(({ application }, i) => ({
    name: names[i]!,
    application: plainText(application),
    planned: summary.perInstance[i]!,
  }));
  const width = Math.max(...counts.map(({ name }) => name.length));
  return [
    `plan of ${plainText(testName)}: ${summary.planned.toLocaleString('en')} invocations in ${durationS} s, seed ${seed}`,
    ...counts.map((row) => `  ${row.name.padEnd(width)}  ${row.planned.toLocaleString('en')} of ${row.application}`),
    `busiest minute: ${summary.busiestMinute.toLocaleString('en')}`,
    'first rows: seq, instance, planned_ms',
    ...summary.firstRows.map((row) => `  ${rowText(row, names[row.instance]!)}`),
    `sha256 ${summary.sha256}`,
    '',
  ].join('\n');
}

/** The plan as a program reads it. */
export function planJson({ testName, durationS, seed, instances }: Workload, summary: PlanSummary): string {
  const plan = {
    format: 'faaslab-plan/1',
    test_name: testName,
    test_duration_in_seconds: durationS,
    seed,
    planned: summary.planned,
    instances: instances.map(({ name, application }, i) => ({
      name,
      function: application,
      planned: summary.perInstance[i]!,
    })),
    busiest_minute: summary.busiestMinute,
    first_rows: summary.firstRows.map(({ seq, instance, plannedUs }) => ({
      seq,
      instance: instances[instance]!.name,
      planned_ms: plannedUs / 1_000,
    })),
    sha256: summary.sha256,
  };
  return plainJson(`${JSON.stringify(plan, null, 2)}\n`);
}

/**
 * Refuses a place for the plan where a file would take away something else.
 * @throws ConfigError if something that is no regular file is there, or a file that the workload reads
 */
export async function checkPlanOut(path: string, { source }: Workload): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there === null) return;
  if (!there.isFile()) throw new ConfigError(`--plan-out ${path}: it is no regular file; name a file`);
  for (const read of [source.configPath, ...Object.keys(source.files)]) {
    const same = await stat(read).catch(() => null);
    if (same?.ino === there.ino && same.dev === there.dev) {
      throw new ConfigError(`--plan-out ${path}: the workload itself is read from there; name another file`);
    }
  }
}

/**
 * Writes `seq,instance,planned_ms` (three decimals) of every row; memory does not grow with the plan.
 * @throws RecordsError if the file cannot be written
 */
export async function writePlan(path: string, plan: Plan, { instances }: Workload): Promise<void> {
  try {
    await replaceAtomically(path, (beside) =>
      pipeline(Readable.from(csvPieces(plan, instances)), createWriteStream(beside)),
    );
  } catch (error) {
    throw new RecordsError(`--plan-out ${path} cannot be written: ${whyNotWritten(error)}`, { cause: error });
  }
}

const LINES_PER_PIECE = 4_096;

function* csvPieces(plan: Plan, instances: Workload['instances']): Generator<string> {
  let piece = ['seq,instance,planned_ms'];
  for (const row of plan.rows()) {
    piece.push(rowText(row, instances[row.instance]!.name));
    if (piece.length < LINES_PER_PIECE) continue;
    yield `${piece.join('\n')}\n`;
    piece = [];
  }
  if (piece.length > 0) yield `${piece.join('\n')}\n`;
}

function rowText({ seq, plannedUs }: PlanRow, name: string): string {
  const quoted = /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  return `${seq},${quoted},${(plannedUs / 1_000).toFixed(3)}`;
}
