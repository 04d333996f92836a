import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compactUtc } from '../../common/clock.js';
import { pathSafe } from '../../common/files.js';
import { randomStream, type RandomStream } from '../../common/random.js';
import type { ActivationRow } from '../../records/activations.js';
import {
  INVOCATION_COLUMNS,
  INVOCATION_HEADER,
  invocationLine,
  type InvocationRow,
} from '../../records/invocations.js';
import type { Ledger, Manifest } from '../../records/manifest.js';
import { openTables, quoteText } from '../../records/tables.js';
import { writeActivations } from '../../records/write-activations.js';

export interface FixtureOptions {
  /** planned invocations; default 600 */
  rows?: number;
  /** default 1: the same options and seed give the same run, byte for byte in its rows */
  seed?: number;
  testName?: string;
  /** epoch ms of plan zero; default 2026-11-21 08:33:20 UTC */
  startEpochMs?: number;
  /** false: every answer is a 202, as without `blocking_cli` */
  blocking?: boolean;
  /** false: no row is dropped, so that the run is valid; by default one is */
  dropped?: boolean;
  /** false: nothing was pulled, and no activations.parquet is there */
  pulled?: boolean;
  /** factor on the execution time of a function, e.g. `{ cpu: 1.4 }` */
  slower?: Record<string, number>;
  /** names of functions in place of hello, sleep, cpu */
  functions?: [string, string, string];
  /** what a test wants otherwise in a row; may return the row itself, changed */
  invocation?: (row: InvocationRow) => InvocationRow;
  activation?: (row: ActivationRow) => ActivationRow | null;
  manifest?: Partial<Manifest>;
}

export interface FixtureRun {
  directory: string;
  manifest: Manifest;
  invocations: InvocationRow[];
  /** what lies in activations.parquet, in order of start */
  activations: ActivationRow[];
}

/** instance, share of rows, execution in ms, init in ms, share of failures */
const STREAMS = [
  { instance: 'steady', share: 0.6, executionMs: 2, initMs: 32, failing: 0, distribution: 'Uniform' },
  { instance: 'naps', share: 0.3, executionMs: 100, initMs: 30, failing: 0.01, distribution: 'Poisson' },
  { instance: 'bursts', share: 0.1, executionMs: 50, initMs: 45, failing: 0.05, distribution: 'Poisson' },
] as const;
const WORKERS_KEPT_WARM_ROWS = 60;
const DURATION_S = 30;

/**
 * Writes a believable, complete run directory under `folder` and returns what is in it: three functions, cold starts at
 * the beginning and now and then, failures, one dropped row, latencies with a tail. Made from the seed alone.
 */
export async function makeRun(folder: string, options: FixtureOptions = {}): Promise<FixtureRun> {
  const { testName = 'fixture', startEpochMs = 1_795_250_000_000, pulled = true } = options;
  const runId = `${compactUtc(startEpochMs)}_${testName}`;
  const directory = join(folder, pathSafe(runId));
  const { invocations, activations } = rowsOf(options, startEpochMs);
  const manifest = { ...manifestOf(options, runId, startEpochMs, invocations), ...options.manifest };
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest, null, 2));
  await writeFile(
    join(directory, 'test_metadata.out'),
    `${startEpochMs}\n${manifest.config_path}\n${invocations.length}\n`,
  );
  const journal = join(directory, 'invocations.csv');
  const inOrderOfEnding = invocations.toSorted((a, b) => (a.end_ms ?? a.planned_ms) - (b.end_ms ?? b.planned_ms));
  await writeFile(journal, INVOCATION_HEADER + inOrderOfEnding.map(invocationLine).join(''));

  const tables = await openTables();
  try {
    const types = Object.entries(INVOCATION_COLUMNS).map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`);
    await tables.writeParquet(
      `SELECT * FROM read_csv(${quoteText(journal)}, header = true, quote = '"', escape = '"', columns = {${types.join(', ')}}) ORDER BY seq`,
      join(directory, 'invocations.parquet'),
    );
    if (pulled) await writeActivations(tables, join(directory, 'activations.parquet'), [activations]);
  } finally {
    tables.close();
  }
  return { directory, manifest, invocations, activations };
}

function rowsOf(options: FixtureOptions, startEpochMs: number): Pick<FixtureRun, 'invocations' | 'activations'> {
  const { rows = 600, seed = 1, functions = ['hello', 'sleep', 'cpu'], dropped = true } = options;
  const random = randomStream(seed, 'run-fixture');
  const invocations: InvocationRow[] = [];
  const activations: ActivationRow[] = [];
  const served = [0, 0, 0];
  for (let seq = 0; seq < rows; seq += 1) {
    const draw = random();
    const of = draw < STREAMS[0].share ? 0 : draw < STREAMS[0].share + STREAMS[1].share ? 1 : 2;
    const cold = served[of]! < 2 || served[of]! % WORKERS_KEPT_WARM_ROWS === 0;
    served[of]! += 1;
    const made = makeRow(seq, of, cold, functions[of]!, options, random, startEpochMs);
    // the fifth row from the end met a full in-flight limit
    const row = dropped && seq === rows - 5 ? droppedRow(made.invocation) : made.invocation;
    invocations.push(rounded(options.invocation?.(row) ?? row));
    if (row.outcome === 'dropped') continue;
    const activation = options.activation === undefined ? made.activation : options.activation(made.activation);
    if (activation !== null) activations.push(activation);
  }
  activations.sort((a, b) => a.start_ms! - b.start_ms!);
  return { invocations, activations };
}

function makeRow(
  seq: number,
  of: number,
  cold: boolean,
  functionName: string,
  { rows = 600, blocking = true, slower = {} }: FixtureOptions,
  random: RandomStream,
  startEpochMs: number,
): { invocation: InvocationRow; activation: ActivationRow } {
  const stream = STREAMS[of]!;
  const plannedMs = ((seq + random()) * DURATION_S * 1000) / rows;
  const firedMs = plannedMs + 0.005 + 0.05 * random() ** 4;
  const sentMs = firedMs + 0.02 + 0.2 * random() ** 6;
  const waitMs = Math.round(cold ? 180 + 120 * random() : 1 + 3 * tail(random));
  const initMs = cold ? Math.round(stream.initMs * (0.8 + tail(random) / 2)) : null;
  const factor = slower[functionName] ?? 1;
  const executionMs = Math.max(1, Math.round(stream.executionMs * factor * (0.9 + 0.2 * random()) + tail(random)));
  const durationMs = executionMs + (initMs ?? 0);
  const latencyMs = waitMs + durationMs;
  const frontMs = 0.6 + 0.4 * tail(random);
  const failing = random() < stream.failing;
  const endMs = blocking ? sentMs + latencyMs + frontMs : sentMs + frontMs;
  const id =
    Math.floor(random() * 2 ** 48)
      .toString(16)
      .padStart(12, '0') + seq.toString(16).padStart(20, '0');
  const startMs = Math.round(startEpochMs + sentMs + frontMs / 2 + waitMs);
  const result = failing ? { error: 'the function failed on purpose' } : { greeting: `Hello ${of}` };
  return {
    invocation: {
      seq,
      instance: stream.instance,
      function: functionName,
      planned_ms: plannedMs,
      fired_ms: firedMs,
      sent_ms: sentMs,
      first_byte_ms: endMs - 0.1,
      end_ms: endMs,
      outcome: failing && blocking ? 'failed' : 'ok',
      error: failing && blocking ? 'function_error' : null,
      status: blocking ? (failing ? 502 : 200) : 202,
      activation_id: id,
      request_bytes: 2,
      response_bytes: 22,
    },
    activation: {
      activation_id: id,
      namespace: 'guest',
      function: functionName,
      kind: of === 2 ? 'python:3' : 'nodejs:20',
      attempt: 1,
      start_ms: startMs,
      end_ms: startMs + durationMs,
      duration_ms: durationMs,
      wait_ms: waitMs,
      init_ms: initMs,
      restore_ms: null,
      latency_ms: latencyMs,
      execution_ms: executionMs,
      cold,
      success: !failing,
      status_code: failing ? 1 : 0,
      error: failing ? 'the function failed on purpose' : null,
      worker: null,
      log_stream: null,
      memory_limit_bytes: 256 * 2 ** 20,
      max_memory_bytes: null,
      billed_ms: null,
      cause: null,
      result: JSON.stringify(result),
    },
  };
}

/** Exponential with mean 1: most small, some large. */
function tail(random: RandomStream): number {
  return -Math.log(1 - random());
}

function droppedRow(row: InvocationRow): InvocationRow {
  const never = { fired_ms: null, sent_ms: null, first_byte_ms: null, end_ms: null, status: null, activation_id: null };
  return { ...row, ...never, outcome: 'dropped', error: 'in_flight_limit', request_bytes: null, response_bytes: null };
}

/** Times as the journal holds them: three decimals. */
function rounded(row: InvocationRow): InvocationRow {
  const times = ['planned_ms', 'fired_ms', 'sent_ms', 'first_byte_ms', 'end_ms'] as const;
  const copy = { ...row };
  for (const time of times) if (copy[time] !== null) copy[time] = Number(copy[time]!.toFixed(3));
  return copy;
}

function manifestOf(
  {
    rows = 600,
    seed = 1,
    testName = 'fixture',
    pulled = true,
    blocking = true,
    functions = ['hello', 'sleep', 'cpu'],
  }: FixtureOptions,
  runId: string,
  startEpochMs: number,
  invocations: InvocationRow[],
): Manifest {
  const count = (outcome: string): number => invocations.filter((row) => row.outcome === outcome).length;
  const ledger: Ledger = {
    planned: rows,
    ok: count('ok'),
    failed: count('failed'),
    dropped: count('dropped'),
    lost: count('lost'),
    unreached: 0,
  };
  const instances = STREAMS.map(({ instance, share, distribution }, of) => [
    instance,
    { application: functions[of], distribution, rate: (rows * share) / DURATION_S, activity_window: null },
  ]);
  return {
    format: 'faaslab-run/1',
    run_id: runId,
    test_name: testName,
    status: 'complete',
    pid: 1,
    faaslab_version: '0.1.0',
    node_version: 'v20.19.0',
    host: { hostname: 'bench-1', os: 'linux 6.1', cpus: 2, cpu_model: 'AMD EPYC 7763', memory_bytes: 4 * 2 ** 30 },
    config: {
      test_name: testName,
      test_duration_in_seconds: DURATION_S,
      random_seed: seed,
      blocking_cli: blocking,
      endpoint: 'local_openwhisk',
      instances: Object.fromEntries(instances) as Record<string, unknown>,
    },
    config_path: 'configs/fixture.json',
    config_sha256: '0'.repeat(64),
    files: {},
    seed,
    plan_sha256: '1'.repeat(64),
    instances: STREAMS.map(({ instance }, of) => ({ name: instance, function: functions[of]! })),
    endpoint: { kind: 'local_openwhisk', url: 'http://127.0.0.1:3233', namespace: 'guest' },
    start_epoch_ms: startEpochMs,
    end_epoch_ms: startEpochMs + DURATION_S * 1000 + 250,
    ledger,
    lateness_ms: { p50: 0.008, p99: 0.053, max: 0.055 },
    send_lag_ms: { p50: 0.031, p99: 0.24, max: 0.26 },
    generator: {
      cpu_share: 0.12,
      event_loop_p99_ms: 1.2,
      max_rss_bytes: 96 * 2 ** 20,
      threads: {
        main: threadLoad(0.01),
        firing: threadLoad(0.09),
        pacer: { cpu_share: 0.02, waited_share: 0.001 },
      },
    },
    activations: pulled ? { source: 'couchdb', complete: true, missing: 0 } : null,
    monitors: [],
    warnings: [],
    verdict: verdictOf(ledger),
  };
}

function verdictOf({ dropped, lost }: Ledger): Manifest['verdict'] {
  const reasons: string[] = [];
  if (dropped > 0) reasons.push(`${dropped} of the planned invocations dropped at the in-flight limit`);
  if (lost > 0) reasons.push(`${lost} of the planned invocations lost`);
  return { valid: reasons.length === 0, reasons };
}

function threadLoad(share: number) {
  const shares = { cpu_share: share, waited_share: 0.004 };
  return { ...shares, event_loop_p99_ms: 1.2, gc_total_ms: 12, gc_max_ms: 1.5, heap_bytes: 9_000_000 };
}
