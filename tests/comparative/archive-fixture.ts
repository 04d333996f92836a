import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { underscoredUtc, compactUtc } from '../../common/clock.js';
import { pathSafe } from '../../common/files.js';
import { randomStream, type RandomStream } from '../../common/random.js';
import type { Manifest } from '../../records/manifest.js';
import { openTables, quoteName, quoteText, type Tables } from '../../records/tables.js';
import { TEST_COLUMNS } from '../../comparative/columns.js';
import { STAT_COLUMNS } from '../../records/write-archive.js';

/** What a simulated run is made of; times in ms. */
export interface SimulatedRun {
  test?: string;
  runId?: string;
  startEpochMs?: number;
  instances?: SimulatedInstance[];
  seed?: number;
  manifest?: Partial<Manifest>;
  perf?: Record<string, string>;
  tags?: string[];
  /** columns left out of test.parquet, as an archive of another version */
  without?: string[];
  /** tables left out */
  withoutTables?: string[];
}

export interface SimulatedInstance {
  name?: string;
  function?: string;
  rows?: number;
  ratePerS?: number;
  /** median response time */
  medianMs?: number;
  /** standard deviation of the log of the response time */
  sigma?: number;
  /** correlation of the log from row to row */
  phi?: number;
  coldShare?: number;
  coldExtraMs?: number;
  errorShare?: number;
  /** what a million invocations cost, ± 2 %; null = not priced */
  costPerMillion?: number | null;
  costBasis?: string;
}

export const FIRST_START = Date.UTC(2026, 10, 21, 8, 0, 0);

/** Writes an archive as the analyzer does, of responses whose truth is known: lognormal, AR(1), with cold starts. */
export async function writeSimulatedArchive(root: string, run: SimulatedRun = {}): Promise<string> {
  const start = run.startEpochMs ?? FIRST_START;
  const test = run.test ?? 'demo';
  const runId = run.runId ?? `${compactUtc(start)}_${pathSafe(test)}`;
  const instances = (run.instances ?? [{}]).map((instance) => withDefaults(instance));
  const folder = join(root, `${underscoredUtc(start)}_${pathSafe(test)}`);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify(manifestOf(runId, test, start, instances, run.manifest)),
  );
  if (run.tags !== undefined) await writeFile(join(folder, 'tags.json'), JSON.stringify(run.tags));

  const tables = await openTables();
  try {
    const random = randomStream(run.seed ?? start % 2 ** 32, `simulated/${runId}`);
    const rows = instances.flatMap((instance) => rowsOf(instance, random)).sort((a, b) => a.planned - b.planned);
    const skip = new Set(run.withoutTables);
    if (!skip.has('test')) await writeTest(tables, join(folder, 'test.parquet'), rows, test, runId, run.without ?? []);
    if (!skip.has('stat')) await writeStat(tables, join(folder, 'stat.parquet'), instances);
    for (const [tool, select] of Object.entries(run.perf ?? {})) {
      await mkdir(join(folder, 'perf'), { recursive: true });
      await tables.writeParquet(select, join(folder, 'perf', `${tool}.parquet`));
    }
  } finally {
    tables.close();
  }
  return folder;
}

/** Changes rows of an archive's table: `SELECT * REPLACE (…)`. */
export async function replaced(folder: string, replace: string, table = 'test'): Promise<void> {
  const file = join(folder, `${table}.parquet`);
  const tables = await openTables();
  await tables.run(`CREATE TABLE held AS SELECT * REPLACE (${replace}) FROM read_parquet(${quoteText(file)})`);
  await tables.writeParquet(`SELECT * FROM held${table === 'test' ? ' ORDER BY seq' : ''}`, file);
  tables.close();
}

type Filled = Required<SimulatedInstance>;

function withDefaults(instance: SimulatedInstance): Filled {
  return {
    name: 'instance1',
    function: 'hello',
    rows: 500,
    ratePerS: 50,
    medianMs: 20,
    sigma: 0.3,
    phi: 0,
    coldShare: 0.02,
    coldExtraMs: 300,
    errorShare: 0,
    costPerMillion: null,
    costBasis: 'USD, aws-lambda us-east-1 of 2026-11-01, x86_64',
    ...instance,
  };
}

interface Row {
  instance: string;
  function: string;
  planned: number;
  response: number;
  cold: boolean;
  failed: boolean;
}

function rowsOf(instance: Filled, random: RandomStream): Row[] {
  const rows: Row[] = [];
  let level = normal(random);
  for (let i = 0; i < instance.rows; i += 1) {
    level = instance.phi * level + Math.sqrt(1 - instance.phi ** 2) * normal(random);
    const cold = random() < instance.coldShare;
    rows.push({
      instance: instance.name,
      function: instance.function,
      planned: (1000 * i) / instance.ratePerS,
      response: instance.medianMs * Math.exp(instance.sigma * level) + (cold ? instance.coldExtraMs : 0),
      cold,
      failed: random() < instance.errorShare,
    });
  }
  return rows;
}

/** Box–Muller. */
export function normal(random: RandomStream): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

async function writeTest(tables: Tables, path: string, rows: Row[], test: string, runId: string, without: string[]) {
  const known: Record<string, (row: Row, seq: number) => unknown> = {
    seq: (_, seq) => seq,
    instance: (row) => row.instance,
    function: (row) => row.function,
    planned_ms: (row) => row.planned,
    end_ms: (row) => row.planned + row.response,
    outcome: (row) => (row.failed ? 'failed' : 'ok'),
    response_ms: (row) => row.response,
    latency_ms: (row) => Math.max(0, row.response - 2),
    cold: (row) => row.cold,
    failed: (row) => row.failed,
    start_rel_ms: (row) => row.planned + 1,
    end_rel_ms: (row) => row.planned + row.response - 1,
  };
  const columns = Object.entries({ ...TEST_COLUMNS, test: 'VARCHAR', run_id: 'VARCHAR' });
  const declared = columns.map(([name, type]) => `${quoteName(name)} ${type}`).join(', ');
  await tables.run(`CREATE OR REPLACE TABLE simulated (${declared})`);
  // As one JSON text: DuckDB takes longer to read literals of an INSERT than all else here takes.
  const shape = Object.fromEntries(Object.keys(known).map((name) => [name, TEST_COLUMNS[name]]));
  const json = rows.map((row, seq) =>
    Object.fromEntries(Object.entries(known).map(([name, of]) => [name, of(row, seq)])),
  );
  await tables.run(
    `INSERT INTO simulated BY NAME
     SELECT unnest(from_json($rows, $shape), recursive := true), $test AS test, $runId AS run_id`,
    { rows: JSON.stringify(json), shape: JSON.stringify([shape]), test, runId },
  );
  const exclude = without.length > 0 ? ` EXCLUDE (${without.map(quoteName).join(', ')})` : '';
  await tables.writeParquet(`SELECT *${exclude} FROM simulated ORDER BY seq`, path);
}

async function writeStat(tables: Tables, path: string, instances: Filled[]): Promise<void> {
  const columns = Object.entries(STAT_COLUMNS).map(([name, type]) => `${quoteName(name)} ${type}`);
  await tables.run(`CREATE OR REPLACE TABLE simulated_stat (${columns.join(', ')})`);
  for (const { scope, name, of } of [
    ...instances.map((of) => ({ scope: 'instance', name: of.name, of })),
    ...instances.map((of) => ({ scope: 'function', name: of.function, of })),
  ]) {
    const cells = [scope, name, of.function, 'Poisson', of.ratePerS, of.ratePerS, of.ratePerS * 0.98, 1 / 0.98];
    const counts = [of.rows, of.rows, 0, 0, 0];
    const price = scope === 'function' ? of.costPerMillion : null;
    const cost = price === null ? Array(5).fill(null) : [price, price * 0.98, price * 1.02, of.rows, of.costBasis];
    await tables.run(`INSERT INTO simulated_stat VALUES (${[...cells, ...counts, ...cost].map(literal).join(', ')})`);
  }
  await tables.writeParquet('SELECT * FROM simulated_stat', path);
}

function literal(value: unknown): string {
  return typeof value === 'string' ? quoteText(value) : String(value);
}

function manifestOf(
  runId: string,
  test: string,
  start: number,
  instances: Filled[],
  changes: Partial<Manifest> = {},
): Manifest {
  const rows = instances.reduce((sum, instance) => sum + instance.rows, 0);
  const seconds = Math.max(...instances.map((instance) => instance.rows / instance.ratePerS));
  return {
    format: 'faaslab-run/1',
    run_id: runId,
    test_name: test,
    status: 'complete',
    pid: 1,
    faaslab_version: '0.1.0',
    node_version: 'v20.20.0',
    host: { hostname: 'lab', os: 'Linux 6.8', cpus: 2, memory_bytes: 8 * 2 ** 30 },
    config: {
      test_name: test,
      test_duration_in_seconds: seconds,
      instances: Object.fromEntries(
        instances.map((instance) => [
          instance.name,
          { application: instance.function, distribution: 'Poisson', rate: instance.ratePerS },
        ]),
      ),
    },
    config_path: `/configs/${test}.json`,
    config_sha256: '0'.repeat(64),
    files: {},
    seed: 1,
    plan_sha256: '1'.repeat(64),
    endpoint: { kind: 'embedded', url: 'http://127.0.0.1:3233' },
    instances: instances.map((instance) => ({ name: instance.name, function: instance.function })),
    start_epoch_ms: start,
    end_epoch_ms: start + 1000 * seconds,
    ledger: { planned: rows, ok: rows, failed: 0, dropped: 0, lost: 0, unreached: 0 },
    lateness_ms: { p50: 0.01, p99: 0.3, max: 1 },
    send_lag_ms: { p50: 0.02, p99: 0.4, max: 1.2 },
    generator: null,
    activations: { source: 'couchdb', complete: true, missing: 0 },
    monitors: [],
    warnings: [],
    verdict: { valid: true, reasons: [] },
    ...changes,
  };
}
