import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openTables } from '../../dist/records/tables.js';
import { STAT_COLUMNS } from '../../dist/records/write-archive.js';
import { TEST_COLUMNS } from '../../dist/comparative/columns.js';

const FIRST_START = Date.UTC(2026, 0, 1);
const PER_S = 1_000;
/** instance, function, share of rows up to and with it, median of the response in ms */
const STREAMS = [
  ['steady', 'hello', 0.5, 5],
  ['naps', 'sleep', 0.7, 105],
  ['bursts', 'cpu', 0.85, 48],
  ['more-bursts', 'cpu', 0.9, 48],
  ['pictures', 'media/thumbnail', 1, 230],
];

/**
 * Makes, once in a folder, so many archives of so many rows each, with every column that the analyzer writes: a run a day, in
 * turn of the tests `before` and `after`, of five instances of four functions. A response is lognormal (σ = 0.3), all of a
 * run's longer or shorter by a factor of its own of about 5 %, and those of `after` by 8 %; 2 % are cold and take 300 ms more,
 * 1 % fail. All follow from the row's number and the run's by DuckDB's hash.
 *
 * @returns {Promise<string>} the archive folder
 */
export async function makeArchives(folder, count, rows) {
  const root = join(folder, `archives-${rows}-v2`);
  mkdirSync(root, { recursive: true });
  const tables = await openTables({ memoryMb: 2_000 });
  try {
    for (let run = 0; run < count; run += 1) await makeArchive(root, run, rows, tables);
  } finally {
    tables.close();
  }
  return root;
}

/** A folder in which only the first of the archives stand, by links. */
export function firstOf(root, count) {
  const folder = `${root}-first-${count}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (let run = 0; run < count; run += 1) {
    const { name } = identityOf(run);
    symlinkSync(join(root, name), join(folder, name));
  }
  return folder;
}

function identityOf(run) {
  const start = FIRST_START + run * 86_400_000;
  const test = run % 2 === 0 ? 'before' : 'after';
  const stamp = new Date(start).toISOString();
  return {
    start,
    test,
    name: `${stamp.slice(0, 19).replaceAll(/[-T:]/g, '_')}_${test}`,
    runId: `${stamp.slice(0, 19).replaceAll(/[-:]/g, '')}Z_${test}`,
  };
}

async function makeArchive(root, run, rows, tables) {
  const { start, test, name, runId } = identityOf(run);
  const place = join(root, name);
  if (existsSync(place)) return;
  const beside = join(root, `.${basename(place)}.part`);
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside);
  await tables.writeParquet(rowsSql(run, rows, { start, test, runId }), join(beside, 'test.parquet'));
  await tables.writeParquet(statSql(rows), join(beside, 'stat.parquet'));
  await writeFile(join(beside, 'manifest.json'), JSON.stringify(manifestOf(run, rows, { start, test, runId })));
  renameSync(beside, place);
}

function rowsSql(run, rows, { start, test, runId }) {
  const draw = (what) => `((hash(seq || '/${run}/${what}') + 1) / 18446744073709551617.0)`;
  const stream = (of) =>
    `CASE ${STREAMS.map(([instance, fn, upto, ms]) => `WHEN which < ${upto} THEN ${{ instance: `'${instance}'`, fn: `'${fn}'`, ms }[of]}`).join(' ')} END`;
  const runFactor = `exp(0.05 * sqrt(-2 * ln((hash('${run}/u') + 1) / 18446744073709551617.0)) * cos(2 * pi() * hash('${run}/v') / 18446744073709551616.0))`;
  const known = {
    instance: stream('instance'),
    function: stream('fn'),
    planned_ms: `seq * ${1e3 / PER_S}::DOUBLE`,
    fired_ms: 'planned_ms + lag',
    sent_ms: 'planned_ms + 2 * lag',
    first_byte_ms: 'planned_ms + response_ms - lag',
    end_ms: 'planned_ms + response_ms',
    outcome: `CASE WHEN failed THEN 'failed' ELSE 'ok' END`,
    error: `CASE WHEN failed THEN 'function_error' END`,
    status: 'CASE WHEN failed THEN 502 ELSE 200 END',
    activation_id: 'md5(seq::VARCHAR)',
    request_bytes: '64',
    response_bytes: '120',
    namespace: `'guest'`,
    kind: `'nodejs:20'`,
    attempt: '1',
    platform_function: stream('fn'),
    start_ms: `${start} + planned_ms + 1`,
    platform_end_ms: `${start} + planned_ms + response_ms - 1`,
    duration_ms: 'response_ms - 2',
    wait_ms: 'lag * 3',
    init_ms: 'CASE WHEN cold THEN 250.0 END',
    latency_ms: 'response_ms - 1',
    execution_ms: 'response_ms - 2 - CASE WHEN cold THEN 250 ELSE 0 END',
    cold: 'cold',
    success: 'NOT failed',
    failed: 'failed',
    attempts: '1',
    accepted: 'false',
    worker: `'w' || (seq % 16)`,
    memory_limit_bytes: '268435456',
    lateness_ms: 'lag',
    send_lag_ms: '2 * lag',
    send_wait_ms: 'lag',
    network_front_ms: '1.0',
    response_ms: 'response_ms',
    service_ms: 'response_ms - lag',
    start_rel_ms: 'planned_ms + 1',
    end_rel_ms: 'planned_ms + response_ms - 1',
  };
  const columns = Object.entries({ ...TEST_COLUMNS, test: 'VARCHAR', run_id: 'VARCHAR' }).map(([column, type]) => {
    const value = { seq: 'seq', test: `'${test}'`, run_id: `'${runId}'`, ...known }[column] ?? 'NULL';
    return `(${value})::${type} AS "${column}"`;
  });
  return `
    WITH given AS (
      SELECT seq, ${draw('which')} AS which, ${draw('cold')} < 0.02 AS cold, ${draw('failed')} < 0.01 AS failed,
        ${draw('lag')} / 4 AS lag, sqrt(-2 * ln(${draw('u')})) * cos(2 * pi() * ${draw('v')}) AS z
      FROM (SELECT range AS seq FROM range(${rows}))
    ), told AS (
      SELECT *, seq * ${1_000 / PER_S}::DOUBLE AS planned_ms,
        ${test === 'after' ? 1.08 : 1} * ${runFactor} * ${stream('ms')} * exp(0.3 * z) + CASE WHEN cold THEN 300 ELSE 0 END AS response_ms
      FROM given
    )
    SELECT ${columns.join(', ')} FROM told ORDER BY seq`;
}

function statSql(rows) {
  const seconds = rows / PER_S;
  const shares = STREAMS.map(([instance, fn, upto], i) => [instance, fn, upto - (STREAMS[i - 1]?.[2] ?? 0)]);
  const functions = [...new Set(shares.map(([, fn]) => fn))].map((fn) => [
    'function',
    fn,
    fn,
    shares.filter(([, of]) => of === fn).reduce((sum, [, , share]) => sum + share, 0),
  ]);
  const rowsOf = [...functions, ...shares.map(([instance, fn, share]) => ['instance', instance, fn, share])];
  const values = rowsOf.map(([scope, name, fn, share]) => {
    const rate = (share * rows) / seconds;
    const known = { scope: `'${scope}'`, name: `'${name}'`, function: `'${fn}'`, distribution: `'Poisson'`, rate };
    const all = {
      ...known,
      configured_rate: rate,
      throughput: 0.99 * rate,
      rel_stress: 1 / 0.99,
      planned: share * rows,
    };
    return `SELECT ${Object.entries(STAT_COLUMNS)
      .map(([column, type]) => `(${all[column] ?? 'NULL'})::${type} AS "${column}"`)
      .join(', ')}`;
  });
  return values.join(' UNION ALL ');
}

function manifestOf(run, rows, { start, test, runId }) {
  const ledger = { planned: rows, ok: rows, failed: 0, dropped: 0, lost: 0, unreached: 0 };
  return {
    format: 'faaslab-run/1',
    run_id: runId,
    test_name: test,
    status: 'complete',
    pid: 1,
    faaslab_version: '0.1.0',
    node_version: process.version,
    config: { test_name: test },
    seed: run,
    host: {
      hostname: 'bench',
      os: 'Linux',
      cpus: 2,
      memory_bytes: 8 * 2 ** 30,
    },
    endpoint: {
      kind: 'embedded',
      url: 'http://127.0.0.1:3233',
    },
    start_epoch_ms: start,
    end_epoch_ms: start + rows,
    ledger,
    verdict: {
      valid: true,
      reasons: [],
    },
  };
}
