import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomStream, type RandomStream } from '../../common/random.js';
import { settleInvocations } from '../../records/invocation-figures.js';
import { INVOCATION_HEADER, invocationLine, type InvocationRow } from '../../records/invocations.js';
import { makeRun } from '../support/run-fixture.js';
import { shuffled, strangers, whiskDocuments, type WhiskDocument } from './whisk-documents.js';

export interface OddRunOptions {
  seed: number;
  /** about so many planned rows */
  rows: number;
  /** false: every invocation succeeds and every record is whole, so that nobody can read it in two ways */
  odd: boolean;
  /** the instances, if not all of them */
  instances?: string[];
}

export interface OddRun {
  directory: string;
  /** what the database holds, in no order */
  documents: WhiskDocument[];
}

const START_EPOCH_MS = 1_795_250_000_000;
const DURATION_S = 60;

interface Stream {
  application: string;
  share: number;
  window: [number, number] | null;
  executionMs: number;
}

/**
 * Instances of five functions: `alpha` twice with windows that overlap, `beta, "quoted"` twice with a gap between,
 * a sequence, one whose calls do not wait, one that is called for the whole test.
 */
function streamsOf(random: RandomStream): Record<string, Stream> {
  const at = (from: number, upto: number): number => Math.round(from + (upto - from) * random());
  const quoted = 'beta, "quoted"';
  return {
    late: { application: 'alpha', share: 0.2, window: [at(15, 20), at(40, 50)], executionMs: 30 },
    early: { application: 'alpha', share: 0.15, window: [at(0, 3), at(25, 30)], executionMs: 30 },
    'before, "the gap"': { application: quoted, share: 0.1, window: [0, at(8, 12)], executionMs: 4 },
    after: { application: quoted, share: 0.1, window: [at(30, 35), at(50, 60)], executionMs: 4 },
    steady: { application: 'gamma', share: 0.25, window: null, executionMs: 120 },
    chained: { application: 'chain', share: 0.1, window: null, executionMs: 60 },
    handed: { application: 'utils/delta', share: 0.1, window: null, executionMs: 900 },
  };
}

/** Writes a complete run directory without activations and returns what the database would hold of it. */
export async function makeOddRun(folder: string, { seed, rows, odd, instances }: OddRunOptions): Promise<OddRun> {
  const random = randomStream(seed, 'odd run');
  const all = streamsOf(random);
  const streams = Object.fromEntries(Object.entries(all).filter(([name]) => instances?.includes(name) ?? true));
  const invocations: InvocationRow[] = [];
  const documents: WhiskDocument[] = [];
  for (const { instance, plannedMs } of plan(streams, rows, random)) {
    const stream = streams[instance]!;
    const row = answeredRow(invocations.length, instance, stream, plannedMs, random);
    const waitMs = Math.round(8 * tail(random));
    const ended = odd ? oddEnd(row, random) : row;
    invocations.push(ended);
    if (ended.activation_id === null) continue;
    const made = { startMs: START_EPOCH_MS + ended.sent_ms! + waitMs, waitMs, executionMs: stream.executionMs };
    documents.push(...whiskDocuments(ended, made, odd, random));
  }
  if (odd) documents.push(...strangers(START_EPOCH_MS, random));
  const directory = await writeRun(folder, streams, invocations, seed);
  return { directory, documents: shuffled(documents, random) };
}

function plan(streams: Record<string, Stream>, rows: number, random: RandomStream) {
  const planned = Object.entries(streams).flatMap(([instance, { share, window }]) => {
    const [from, upto] = window ?? [0, DURATION_S];
    return Array.from({ length: Math.round(rows * share) }, () => ({
      instance,
      plannedMs: 1000 * (from + (upto - from) * random()),
    }));
  });
  return planned.sort((a, b) => a.plannedMs - b.plannedMs);
}

function answeredRow(
  seq: number,
  instance: string,
  { application, executionMs }: Stream,
  plannedMs: number,
  random: RandomStream,
): InvocationRow {
  const fired = plannedMs + 0.005 + 0.3 * random() ** 6;
  const sent = fired + 0.02 + 2 * random() ** 8;
  const accepted = application === 'utils/delta';
  const end = sent + (accepted ? 2 : executionMs) + 10 * tail(random);
  const id = Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32)).map((part) =>
    part.toString(16).padStart(8, '0'),
  );
  const row: InvocationRow = {
    seq,
    instance,
    function: application,
    planned_ms: plannedMs,
    fired_ms: fired,
    sent_ms: sent,
    first_byte_ms: end - 0.1,
    end_ms: end,
    outcome: 'ok',
    error: null,
    status: accepted ? 202 : 200,
    activation_id: id.join(''),
    request_bytes: 2,
    response_bytes: 40,
  };
  for (const time of ['planned_ms', 'fired_ms', 'sent_ms', 'first_byte_ms', 'end_ms'] as const)
    row[time] = Number(row[time]!.toFixed(3));
  return row;
}

const UNSENT = { sent_ms: null, first_byte_ms: null, status: null, activation_id: null, request_bytes: null };
const UNANSWERED = { first_byte_ms: null, response_bytes: null, status: null, activation_id: null };

/** How rows end otherwise, each with its share of all rows. */
const ODD_ENDS: [share: number, end: (row: InvocationRow) => InvocationRow][] = [
  [0.02, (row) => ({ ...row, ...UNSENT, fired_ms: null, end_ms: null, outcome: 'dropped', error: 'in_flight_limit' })],
  [0.02, (row) => ({ ...row, ...UNANSWERED, end_ms: null, outcome: 'lost', error: 'interrupted' })],
  [0.02, (row) => ({ ...row, activation_id: null, outcome: 'failed', error: 'throttled', status: 429 })],
  [0.02, (row) => ({ ...row, ...UNANSWERED, end_ms: row.planned_ms + 5_000, outcome: 'failed', error: 'timeout' })],
  [0.01, (row) => ({ ...row, ...UNSENT, end_ms: row.planned_ms + 5_000, outcome: 'failed', error: 'timeout' })],
  // A timeout while the answer came in: its head, with status and id, was there.
  [0.01, (row) => ({ ...row, end_ms: row.planned_ms + 5_000, outcome: 'failed', error: 'timeout' })],
  [0.02, (row) => ({ ...row, outcome: 'failed', error: 'still_running', status: 202 })],
  [0.01, (row) => ({ ...row, ...UNANSWERED, outcome: 'failed', error: 'reset' })],
  [0.01, (row) => ({ ...row, outcome: 'failed', error: 'protocol' })],
  [0.01, (row) => ({ ...row, ...UNSENT, outcome: 'failed', error: 'refused' })],
  [0.01, (row) => ({ ...row, activation_id: null, outcome: 'failed', error: 'server_error', status: 503 })],
  [0.05, (row) => ({ ...row, outcome: 'failed', error: 'function_error', status: 502 })],
];

function oddEnd(row: InvocationRow, random: RandomStream): InvocationRow {
  let draw = random();
  for (const [share, end] of ODD_ENDS) {
    if (draw < share) return end(row);
    draw -= share;
  }
  return row;
}

async function writeRun(
  folder: string,
  streams: Record<string, Stream>,
  invocations: InvocationRow[],
  seed: number,
): Promise<string> {
  const instances = Object.entries(streams).map(([name, { application, window }]) => {
    const [from, upto] = window ?? [0, DURATION_S];
    const rate = invocations.filter(({ instance }) => instance === name).length / (upto - from);
    return [name, { application, distribution: 'Poisson', rate, activity_window: window }] as const;
  });
  const count = (outcome: string): number => invocations.filter((row) => row.outcome === outcome).length;
  const { directory } = await makeRun(folder, {
    testName: `odd-${seed}`,
    rows: 10,
    pulled: false,
    startEpochMs: START_EPOCH_MS,
    manifest: {
      config: {
        test_name: `odd-${seed}`,
        test_duration_in_seconds: DURATION_S,
        instances: Object.fromEntries(instances),
      },
      instances: instances.map(([name, { application }]) => ({ name, function: application })),
      ledger: {
        planned: invocations.length,
        ok: count('ok'),
        failed: count('failed'),
        dropped: count('dropped'),
        lost: count('lost'),
        unreached: 0,
      },
      verdict: { valid: true, reasons: [] },
      end_epoch_ms: START_EPOCH_MS + DURATION_S * 1000 + 5_000,
    },
  });
  const inOrderOfEnding = invocations.toSorted((a, b) => (a.end_ms ?? a.planned_ms) - (b.end_ms ?? b.planned_ms));
  await writeFile(join(directory, 'invocations.csv'), INVOCATION_HEADER + inOrderOfEnding.map(invocationLine).join(''));
  await settleInvocations(directory, invocations.length);
  return directory;
}

/** Exponential with mean 1. */
function tail(random: RandomStream): number {
  return -Math.log(1 - random());
}
