import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { openTables, quoteText } from '../../records/tables.js';
import { emptyFolder, programEnded } from '../support/programs.js';

/** A line of `truth.ndjson`: nanoseconds of the platform's monotonic clock. */
interface Truth {
  activation_id: string;
  function: string;
  instance: number;
  cold: boolean;
  outcome: string;
  zero_epoch_ms: number;
  accept_ns: number;
  enqueue_ns: number;
  dequeue_ns: number;
  spawn_ns: number | null;
  ready_ns: number | null;
  loaded_ns: number | null;
  run_ns: number;
  done_ns: number;
  answered_ns: number;
}

interface Row {
  activation_id: string;
  wait_ms: number;
  init_ms: number | null;
  execution_ms: number;
  duration_ms: number;
  latency_ms: number;
  cold: boolean;
  service_ms: number;
  worker: string | null;
  start_ms: number;
  end_ms: number;
}

test('what the analyzer reports of a mixed workload is what really happened, to the millisecond in which it is told', async () => {
  const cwd = emptyFolder();
  const instances = {
    greetings: { application: 'hello', distribution: 'Poisson', rate: 30 },
    // More than one at a time, so that instances are started one after the other and some wait for a free one.
    naps: { application: 'sleep', distribution: 'Poisson', rate: 40, param_file: 'naps.json' },
    work: { application: 'cpu', distribution: 'Uniform', rate: 10, param_file: 'work.json' },
    probes: { application: 'faas_measure', distribution: 'Poisson', rate: 15, param_file: 'probes.json' },
  };
  const config = {
    test_name: 'mixed',
    test_duration_in_seconds: 4,
    random_seed: 11,
    blocking_cli: true,
    endpoint: 'embedded',
    instances,
    limits: { lateness_budget_ms: 60_000 },
  };
  const params = { naps: { ms: 120 }, work: { n: 100_000 }, probes: { cmds: { stat: { argv: 1 } } } };
  for (const [name, of] of Object.entries(params)) writeFileSync(join(cwd, `${name}.json`), JSON.stringify(of));
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(config));
  const run = await programEnded('WorkloadInvoker', ['-c', 'config.json', '--embedded'], { cwd });
  expect(run.status, run.stderr).toBe(0);
  const analyzed = await programEnded('WorkloadAnalyzer', ['-a'], { cwd });
  expect(analyzed.status, analyzed.stderr).toBe(0);
  const analysis = JSON.parse(readFileSync(join(cwd, 'runs', 'latest', 'analysis.json'), 'utf8')) as Analysis;
  const truths = readFileSync(join(cwd, 'runs', 'latest', 'truth.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Truth);
  const [archive] = readdirSync(join(cwd, 'data_archive')).filter((name) => !name.startsWith('.'));
  const rows = await rowsIn(join(cwd, 'data_archive', archive!, 'test.parquet'));

  // Every planned invocation was executed once, and each is in the truth.
  expect(rows).toHaveLength(analysis.ledger.planned);
  expect(truths).toHaveLength(analysis.ledger.planned);
  const truthOf = new Map(truths.map((truth) => [truth.activation_id, truth]));
  expect(truths.some(({ cold }) => cold) && truths.some(({ cold }) => !cold)).toBe(true);
  expect(truths.some((truth) => !truth.cold && truth.dequeue_ns - truth.enqueue_ns > 5e6)).toBe(true);

  for (const row of rows) {
    const truth = truthOf.get(row.activation_id)!;
    const ms = (from: number, to: number) => (to - from) / 1e6;
    const begun = truth.cold ? truth.ready_ns! : truth.dequeue_ns;
    expect(row.cold).toBe(truth.cold);
    // OpenWhisk tells whole milliseconds of the time of day, so each difference of two is off by less than one.
    expectWithin(row.wait_ms, ms(truth.accept_ns, begun), 1);
    expectWithin(row.duration_ms, ms(begun, truth.done_ns), 1);
    expectWithin(row.latency_ms, ms(truth.accept_ns, truth.done_ns), 1);
    if (truth.cold) expectWithin(row.init_ms!, ms(truth.ready_ns!, truth.loaded_ns!), 1);
    else expect(row.init_ms).toBeNull();
    expectWithin(row.execution_ms, ms(truth.cold ? truth.loaded_ns! : begun, truth.done_ns), 1);
    // The client waits longer than the platform works, never shorter: both are monotonic, and told to the microsecond.
    expect(row.service_ms).toBeGreaterThanOrEqual(ms(truth.accept_ns, truth.answered_ns) - 0.002);
  }

  // Shares and counts are exact.
  const cold = truths.filter((truth) => truth.cold).length;
  expect(analysis.cold_starts).toMatchObject({ count: cold, known: truths.length });
  expect(analysis.overall.cold_count).toBe(cold);
  for (const { name, cold_count } of analysis.functions) {
    expect(cold_count).toBe(truths.filter((truth) => truth.function === name && truth.cold).length);
  }
  expect(analysis.records).toMatchObject({ read: truths.length, missing: 0 });

  expectWorkers(rows, truthOf, analysis);
  expectCost(truths, analysis);
});

async function rowsIn(path: string): Promise<Row[]> {
  const tables = await openTables();
  try {
    return await tables.query<Row>(`SELECT * FROM read_parquet(${quoteText(path)}) ORDER BY seq`);
  } finally {
    tables.close();
  }
}

function expectWithin(told: number, truth: number, errorMs: number): void {
  // Beside it a microsecond for the double of an epoch.
  expect(Math.abs(told - truth)).toBeLessThan(errorMs + 0.001);
}

/** faas_measure's ids: one worker an instance, and as many alive at one time. */
function expectWorkers(rows: Row[], truthOf: Map<string, Truth>, { series }: Analysis): void {
  const told = rows.filter(({ worker }) => worker !== null);
  expect(told.length).toBe([...truthOf.values()].filter((truth) => truth.function === 'faas_measure').length);
  const instanceOf = new Map<string, number>();
  for (const { worker, activation_id } of told) {
    const { instance } = truthOf.get(activation_id)!;
    expect(instanceOf.get(worker!) ?? instance).toBe(instance);
    instanceOf.set(worker!, instance);
  }
  expect(new Set(instanceOf.values()).size).toBe(instanceOf.size);
  // From the begin of its first activation to the end of its last.
  const spans = [...new Set(instanceOf.values())].map((instance) => {
    const of = told
      .map(({ activation_id }) => truthOf.get(activation_id)!)
      .filter((truth) => truth.instance === instance);
    return {
      from: Math.min(...of.map((truth) => (truth.cold ? truth.ready_ns! : truth.dequeue_ns))),
      to: Math.max(...of.map((truth) => truth.done_ns)),
    };
  });
  const most = (slackNs: number) =>
    Math.max(
      ...spans.map(
        ({ from }) => spans.filter((other) => other.from <= from + slackNs && from < other.to + slackNs).length,
      ),
    );
  // Two that meet within the millisecond in which times are told may count as alive at one time, or not.
  const reported = Math.max(...series.live_workers!);
  expect(reported).toBeGreaterThanOrEqual(most(-1e6));
  expect(reported).toBeLessThanOrEqual(most(1e6));
}

/** Billed per whole millisecond: each execution is at most one more or less than the truth, rounded up. */
function expectCost(truths: Truth[], { cost }: Analysis): void {
  // As the manifests of these functions ask.
  const gbOf = (name: string) => (name === 'faas_measure' ? 256 : 128) / 1024;
  const exact = truths.reduce((sum, truth) => {
    const begun = truth.cold ? truth.ready_ns! : truth.dequeue_ns;
    return sum + (gbOf(truth.function) * (truth.done_ns - begun)) / 1e9;
  }, 0);
  const oneMsEach = truths.reduce((sum, truth) => sum + gbOf(truth.function) / 1_000, 0);
  expect(cost.priced).toBe(truths.length);
  expect(Math.abs(cost.gb_s! - exact)).toBeLessThanOrEqual(oneMsEach);
}
