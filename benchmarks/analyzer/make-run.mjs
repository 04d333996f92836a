import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { randomStream } from '../../dist/common/random.js';
import { settleInvocations } from '../../dist/records/invocation-figures.js';
import { INVOCATION_HEADER, invocationLine } from '../../dist/records/invocations.js';
import { openTables } from '../../dist/records/tables.js';
import { writeActivations } from '../../dist/records/write-activations.js';

const START_EPOCH_MS = 1_795_250_000_000;
/** instance, function, share of rows, median of the execution in ms */
const STREAMS = [
  ['steady', 'hello', 0.5, 3],
  ['naps', 'sleep', 0.2, 100],
  ['bursts', 'cpu', 0.15, 45],
  ['more-bursts', 'cpu', 0.05, 45],
  ['pictures', 'media/thumbnail', 0.1, 220],
];
const BATCH = 2_000;

/**
 * Makes, once in a folder, a run of so many invocations at 1,000/s with what the database would hold of it, from a
 * seed: `documents.ndjson` (in order of sending, much as the view gives them), `run/` without activations, and `pulled/`,
 * the same run with its activations in Parquet. 2 % of the activations are cold, 1 % have no waitTime, 1 % failed.
 *
 * @returns {Promise<{ documents: string, run: string, pulled: string }>} their paths
 */
export async function makeRun(folder, rows, seed = 1) {
  const place = join(folder, `run-${rows}-${seed}-v1`);
  const paths = { documents: join(place, 'documents.ndjson'), run: join(place, 'run'), pulled: join(place, 'pulled') };
  if (existsSync(place)) return paths;
  const beside = `${place}.part`;
  rmSync(beside, { recursive: true, force: true });
  for (const name of ['run', 'pulled']) mkdirSync(join(beside, name), { recursive: true });

  await pipeline(
    Readable.from(batchesOf(rows, seed, ({ document }) => `${JSON.stringify(document)}\n`, '')),
    createWriteStream(join(beside, 'documents.ndjson')),
  );
  for (const name of ['run', 'pulled']) {
    const directory = join(beside, name);
    await pipeline(
      Readable.from(batchesOf(rows, seed, ({ invocation }) => invocationLine(invocation), INVOCATION_HEADER)),
      createWriteStream(join(directory, 'invocations.csv')),
    );
    const { ledger } = await settleInvocations(directory, rows);
    const activations = name === 'pulled' ? { source: 'couchdb', complete: true, missing: 0 } : null;
    const manifest = manifestOf(rows, seed, ledger, activations);
    await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest, null, 2));
  }
  const tables = await openTables();
  try {
    await writeActivations(tables, join(beside, 'pulled', 'activations.parquet'), activationBatches(rows, seed));
  } finally {
    tables.close();
  }
  renameSync(beside, place);
  return paths;
}

/** Texts of many lines each. */
function* batchesOf(rows, seed, line, header) {
  yield header;
  let text = '';
  let lines = 0;
  for (const made of invocations(rows, seed)) {
    text += line(made);
    if (++lines % BATCH === 0) {
      yield text;
      text = '';
    }
  }
  yield text;
}

function* activationBatches(rows, seed) {
  let batch = [];
  for (const { activation } of invocations(rows, seed)) {
    batch.push(activation);
    if (batch.length === BATCH) {
      yield batch;
      batch = [];
    }
  }
  yield batch;
}

/** Every invocation with its activation, as a row and as a document: the same again for the same seed. */
function* invocations(rows, seed) {
  const random = randomStream(seed, 'bench analyzer');
  for (let seq = 0; seq < rows; seq += 1) {
    const [instance, name, , median] = streamOf(random());
    const plannedMs = seq + random();
    const sentMs = plannedMs + 0.05 + 0.2 * random() ** 4;
    const cold = random() < 0.02;
    const wait = random() < 0.01 ? null : Math.round((cold ? 250 : 2) - 4 * Math.log(1 - random()));
    const init = cold ? Math.round(30 + 60 * random()) : null;
    const duration = Math.max(1, Math.round(median * Math.exp(random() + random() - 1))) + (init ?? 0);
    const endMs = sentMs + (wait ?? 3) + duration + 0.6 + random();
    const failed = random() < 0.01;
    const id = Array.from({ length: 4 }, () => hex(random)).join('');
    const start = Math.round(START_EPOCH_MS + sentMs + (wait ?? 3));
    const common = { id, name, start, duration, wait, init, failed };
    yield {
      invocation: {
        seq,
        instance,
        function: name,
        planned_ms: plannedMs,
        fired_ms: plannedMs + 0.02,
        sent_ms: sentMs,
        first_byte_ms: endMs - 0.1,
        end_ms: endMs,
        outcome: failed ? 'failed' : 'ok',
        error: failed ? 'function_error' : null,
        status: failed ? 502 : 200,
        activation_id: id,
        request_bytes: 13,
        response_bytes: 23,
      },
      activation: activationOf(common),
      document: documentOf(common, random),
    };
  }
}

function streamOf(draw) {
  let upto = 0;
  for (const stream of STREAMS) {
    upto += stream[2];
    if (draw < upto) return stream;
  }
  return STREAMS[0];
}

function hex(random) {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

function resultOf({ failed, id }) {
  return failed ? { error: 'the function failed on purpose' } : { greeting: `Hello ${id.slice(0, 2)}` };
}

/** As CouchDB keeps it, about 600 bytes; the order of annotations is not specified. */
function documentOf(common, random) {
  const { id, name, start, duration, wait, init, failed } = common;
  const action = name.slice(name.indexOf('/') + 1);
  const annotations = [
    { key: 'path', value: `guest/${name}` },
    { key: 'kind', value: 'nodejs:20' },
    { key: 'timeout', value: false },
    { key: 'limits', value: { concurrency: 1, logs: 10, memory: 256, timeout: 60_000 } },
  ];
  for (const [key, value] of [
    ['waitTime', wait],
    ['initTime', init],
  ]) {
    if (value !== null) annotations.splice(Math.floor(random() * (annotations.length + 1)), 0, { key, value });
  }
  const result = resultOf(common);
  return {
    _id: `guest/${id}`,
    _rev: `1-${id}`,
    activationId: id,
    annotations,
    duration,
    end: start + duration,
    entityType: 'activation',
    logs: [],
    name: action,
    namespace: 'guest',
    publish: false,
    response: { result, size: JSON.stringify(result).length, statusCode: failed ? 1 : 0 },
    start,
    subject: 'guest',
    updated: start + duration + 50,
    version: '0.0.1',
  };
}

/** The same as a row of activations.parquet. */
function activationOf(common) {
  const { id, name, start, duration, wait, init, failed } = common;
  const cold = init !== null ? true : wait === null ? null : false;
  return {
    activation_id: id,
    namespace: 'guest',
    function: name,
    kind: 'nodejs:20',
    attempt: 1,
    start_ms: start,
    end_ms: start + duration,
    duration_ms: duration,
    wait_ms: wait,
    init_ms: init,
    restore_ms: null,
    latency_ms: wait === null ? null : wait + duration,
    execution_ms: cold === null ? null : duration - (init ?? 0),
    cold,
    success: !failed,
    status_code: failed ? 1 : 0,
    error: failed ? 'the function failed on purpose' : null,
    worker: null,
    log_stream: null,
    memory_limit_bytes: 256 * 2 ** 20,
    max_memory_bytes: null,
    billed_ms: null,
    cause: null,
    result: JSON.stringify(resultOf(common)),
  };
}

function manifestOf(rows, seed, ledger, activations) {
  const durationS = Math.ceil(rows / 1_000);
  const instances = STREAMS.map(([instance, application, share]) => [
    instance,
    { application, distribution: 'Poisson', rate: 1_000 * share, activity_window: null },
  ]);
  const spread = { p50: 0.02, p99: 0.02, max: 0.02 };
  return {
    format: 'faaslab-run/1',
    run_id: 'bench',
    test_name: 'bench',
    status: 'complete',
    pid: 1,
    faaslab_version: '0.1.0',
    node_version: process.version,
    host: { hostname: 'bench', os: 'linux', cpus: 2, memory_bytes: 2 ** 34 },
    config: {
      test_name: 'bench',
      test_duration_in_seconds: durationS,
      random_seed: seed,
      blocking_cli: true,
      instances: Object.fromEntries(instances),
    },
    config_path: 'bench.json',
    config_sha256: '0'.repeat(64),
    files: {},
    seed,
    plan_sha256: '0'.repeat(64),
    instances: STREAMS.map(([name, application]) => ({ name, function: application })),
    endpoint: { kind: 'local_openwhisk', url: 'http://127.0.0.1:3233', namespace: 'guest' },
    start_epoch_ms: START_EPOCH_MS,
    end_epoch_ms: START_EPOCH_MS + 1_000 * durationS + 1_000,
    ledger,
    lateness_ms: spread,
    send_lag_ms: spread,
    generator: null,
    activations,
    monitors: [],
    warnings: [],
    verdict: { valid: true, reasons: [] },
  };
}
