import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyze, type AnalyzedRun } from '../../analyzer/analyze.js';
import type { Moments, SummaryLine } from '../../analyzer/analysis.js';
import { openRun } from '../../analyzer/open-run.js';
import type { ActivationRow } from '../../records/activations.js';
import type { InvocationRow } from '../../records/invocations.js';
import { makeRun, type FixtureRun } from '../support/run-fixture.js';

/*
 * Every figure is computed a second time here, from the rows themselves, in plain JavaScript. The run has what makes
 * figures go wrong: activations without a wait, inits of 0 ms, failures, a dropped row, a function with two instances.
 */
let folder: string;
let run: FixtureRun;
let analyzed: AnalyzedRun;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-figures-'));
  let nth = 0;
  run = await makeRun(folder, {
    rows: 1_500,
    functions: ['hello', 'sleep', 'sleep'],
    activation(row) {
      nth += 1;
      if (nth % 10 === 0)
        return { ...row, wait_ms: null, latency_ms: null, ...(row.cold ? {} : { cold: null, execution_ms: null }) };
      if (nth % 13 === 0) return { ...row, cold: true, init_ms: 0, execution_ms: row.duration_ms };
      return row;
    },
  });
  analyzed = await analyze(await openRun(run.directory), { insecure: false, waitS: 0 });
});
afterAll(async () => {
  analyzed.tables.close();
  await rm(folder, { recursive: true });
});

type Pair = InvocationRow & { activation: ActivationRow | null };
function pairs(): Pair[] {
  const byId = new Map(run.activations.map((row) => [row.activation_id, row]));
  return run.invocations.map((row) => ({ ...row, activation: byId.get(row.activation_id ?? '') ?? null }));
}

function expectMoments(found: Moments, values: (number | null)[]): void {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  const n = known.length;
  expect(found.n).toBe(n);
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  near(found.mean, mean);
  near(found.std, Math.sqrt(variance));
  near(found.p50, quantile(known, 0.5));
  near(found.p99, quantile(known, 0.99));
}
/** Type 7 of Hyndman and Fan: linear between the order statistics around (n − 1)·p. */
function quantile(sorted: number[], p: number): number {
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)]!;
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below);
}
function near(found: number | null, expected: number): void {
  expect(found).not.toBeNull();
  expect(Math.abs(found! - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
}

describe('summary', () => {
  const line = (found: SummaryLine, rows: ActivationRow[]): void => {
    expect(found.n).toBe(rows.length);
    const initPerInvocation = rows.map(({ cold, init_ms }) => (cold === false ? 0 : init_ms));
    expectMoments(found.init_ms, initPerInvocation);
    expectMoments(
      found.execution_ms,
      rows.map((row) => row.execution_ms),
    );
    expectMoments(
      found.latency_ms,
      rows.map((row) => row.latency_ms),
    );
  };
  test('of all activations counts the init of a warm one as 0', () =>
    line(analyzed.analysis.summary.all, run.activations));
  test('of warm activations leaves out those of which nobody knows', () =>
    line(
      analyzed.analysis.summary.warm,
      run.activations.filter(({ cold }) => cold === false),
    ));
  test('of cold activations has those with an init of 0 ms', () => {
    const cold = run.activations.filter(({ cold }) => cold === true);
    expect(cold.some(({ init_ms }) => init_ms === 0)).toBe(true);
    line(analyzed.analysis.summary.cold, cold);
  });
  test('the period runs from first to last start, and the rate is over it', () => {
    const starts = run.activations.map(({ start_ms }) => start_ms!);
    const seconds = (Math.max(...starts) - Math.min(...starts)) / 1000;
    near(analyzed.analysis.period.seconds, seconds);
    near(analyzed.analysis.period.rate_per_s, starts.length / seconds);
  });
});

describe('groups', () => {
  test('count every row of a function and of an instance once', () => {
    const { functions, instances, overall } = analyzed.analysis;
    expect(functions.map(({ name }) => name).sort()).toEqual(['hello', 'sleep']);
    expect(instances.map(({ name, function: of }) => `${name}/${of}`).sort()).toEqual([
      'bursts/sleep',
      'naps/sleep',
      'steady/hello',
    ]);
    for (const group of [...functions, ...instances, overall]) {
      const rows = pairs().filter(
        (row) => group === overall || row[functions.includes(group) ? 'function' : 'instance'] === group.name,
      );
      const count = (outcome: string): number => rows.filter((row) => row.outcome === outcome).length;
      expect(group).toMatchObject({
        planned: rows.length,
        ok: count('ok'),
        failed: count('failed'),
        dropped: count('dropped'),
        lost: 0,
        answered: rows.length - count('dropped'),
        accepted: 0,
      });
      expectMoments(
        group.wait_ms,
        rows.map(({ activation }) => activation?.wait_ms ?? null),
      );
      expectMoments(
        group.init_ms,
        rows.map(({ activation }) => activation?.init_ms ?? null),
      );
      expectMoments(
        group.duration_ms,
        rows.map(({ activation }) => activation?.duration_ms ?? null),
      );
    }
  });

  test('median and mean of the response time are those of the rows, with their interval around them', () => {
    for (const group of analyzed.analysis.functions) {
      const values = pairs().filter((row) => row.function === group.name && row.end_ms !== null);
      const response = values.map((row) => row.end_ms! - row.planned_ms).sort((a, b) => a - b);
      near(group.response_ms.p50.value, quantile(response, 0.5));
      near(group.response_ms.mean.value, response.reduce((sum, value) => sum + value, 0) / response.length);
      expect(group.response_ms.p50.low).toBeLessThan(group.response_ms.p50.value!);
      expect(group.response_ms.p50.high).toBeGreaterThan(group.response_ms.p50.value!);
    }
  });

  test('the error rate is over all rows; cold starts are counted among those of which it is known, whose share is not that of all', () => {
    for (const group of analyzed.analysis.instances) {
      const rows = pairs().filter(({ instance }) => instance === group.name);
      const failed = rows.filter(({ outcome, activation }) => outcome !== 'ok' || activation?.success === false);
      near(group.error_rate.value, failed.length / rows.length);
      const known = rows.flatMap(({ activation }) => ((activation?.cold ?? null) === null ? [] : [activation!.cold]));
      expect(group.cold_count).toBe(known.filter(Boolean).length);
      // a tenth tells nothing, and more than 1 % is too much
      expect(group.cold_share.value).toBeNull();
      expect(group.cold_share.n).toBe(known.length);
    }
  });

  test('the means of the parts sum to the mean response time of the rows where all parts are known', () => {
    for (const group of analyzed.analysis.functions) {
      for (const warmth of ['all', 'warm', 'cold'] as const) {
        const parts = group.parts[warmth];
        const rows = pairs().filter(
          ({ function: name, outcome, activation }) =>
            name === group.name &&
            outcome !== 'dropped' &&
            activation!.latency_ms !== null &&
            activation!.execution_ms !== null &&
            (warmth === 'all' || activation!.cold === (warmth === 'cold')),
        );
        expect(parts.n).toBe(rows.length);
        const sum = Object.values(parts.mean).reduce<number>((sum, mean) => sum + mean!, 0);
        near(sum, rows.reduce((sum, row) => sum + row.end_ms! - row.planned_ms, 0) / rows.length);
      }
    }
  });
});

describe('stat', () => {
  test('throughput is n over the time from the first start, or the window start, to the last end', () => {
    for (const row of analyzed.analysis.stat) {
      const served = pairs().flatMap((pair) =>
        pair[row.scope] === row.name && pair.activation ? [pair.activation] : [],
      );
      const start = run.manifest.start_epoch_ms!;
      const from = Math.min(start, ...served.map(({ start_ms }) => start_ms!));
      const throughput = (1000 * served.length) / (Math.max(...served.map(({ end_ms }) => end_ms!)) - from);
      near(row.throughput, throughput);
      near(row.rate, row.planned / 30);
      near(row.rel_stress, row.planned / 30 / throughput);
    }
  });
  test('a function of two instances has their rates together and both distributions', () => {
    const stat = (scope: string, name: string) =>
      analyzed.analysis.stat.find((row) => row.scope === scope && row.name === name)!;
    // 1,500 rows in 30 s = 50/s, of which 30 % and 10 %
    near(stat('function', 'sleep').configured_rate, 20);
    near(stat('instance', 'naps').configured_rate, 15);
    expect(stat('function', 'sleep').distribution).toBe('Poisson');
    expect(stat('function', 'hello').distribution).toBe('Uniform');
  });
});

test('an instance whose window passed without an invocation is part of the time over which a rate is taken', async () => {
  // 600 rows of `hello` in [0, 30) s, and an idle instance of it in [30, 60) s: 600/60 = 10/s
  const { manifest } = await makeRun(folder, { testName: 'plain', rows: 600, functions: ['hello', 'hello', 'hello'] });
  const config = structuredClone(manifest.config) as {
    instances: Record<string, object>;
    test_duration_in_seconds: number;
  };
  config.test_duration_in_seconds = 60;
  for (const instance of Object.values(config.instances)) Object.assign(instance, { activity_window: [0, 30] });
  config.instances['idle'] = { application: 'hello', distribution: 'Poisson', rate: 0, activity_window: [30, 60] };
  const instances = [...manifest.instances, { name: 'idle', function: 'hello' }];
  const made = await makeRun(folder, {
    testName: 'idle',
    rows: 600,
    functions: ['hello', 'hello', 'hello'],
    manifest: { config, instances },
  });
  const { analysis, tables } = await analyze(await openRun(made.directory), { insecure: false, waitS: 0 });
  tables.close();
  near(analysis.stat.find(({ scope }) => scope === 'function')!.rate, 10);
  const steady = analysis.stat.find(({ name }) => name === 'steady')!;
  near(steady.rate, steady.planned / 30);
});

test.each([30_000, -30_000])(
  "a platform's clock that is off by %i ms changes no throughput, and is told",
  async (skewMs) => {
    const skewed = (row: ActivationRow): ActivationRow => ({
      ...row,
      start_ms: row.start_ms! + skewMs,
      end_ms: row.end_ms! + skewMs,
    });
    const warnings: string[] = [];
    const statOf = async (testName: string, activation?: (row: ActivationRow) => ActivationRow) => {
      const made = await makeRun(folder, { testName, rows: 600, ...(activation === undefined ? {} : { activation }) });
      const onWarning = (warning: string): void => void warnings.push(warning);
      const { analysis, tables } = await analyze(await openRun(made.directory), {
        insecure: false,
        waitS: 0,
        onWarning,
      });
      tables.close();
      return analysis.stat;
    };
    const plain = await statOf(`plain${skewMs}`);
    expect(warnings).toEqual([]);
    const shifted = await statOf(`skewed${skewMs}`, skewed);
    expect(warnings).toEqual([
      expect.stringContaining(`clock is 30.0 s ${skewMs > 0 ? 'ahead of' : 'behind'} this one`),
    ]);
    for (const [i, { throughput }] of shifted.entries()) {
      // the clocks are brought together only as far as the records demand: by some milliseconds in 30 s
      expect(Math.abs(throughput! / plain[i]!.throughput! - 1)).toBeLessThan(0.001);
    }
  },
);

test('where the platform tells no wait, it lies with network and front in one part, and the parts still sum up', async () => {
  const made = await makeRun(folder, {
    testName: 'untold',
    rows: 600,
    activation: (row) => ({ ...row, wait_ms: null, latency_ms: null, start_ms: null, end_ms: null }),
  });
  const { analysis, tables } = await analyze(await openRun(made.directory), { insecure: false, waitS: 0 });
  tables.close();
  const { parts, response_ms } = analysis.overall;
  expect(parts.all.n).toBe(599);
  expect([parts.all.mean.wait_ms, parts.all.mean.network_front_ms]).toEqual([null, null]);
  const known = Object.values(parts.all.mean).filter((mean) => mean !== null);
  expect(known).toHaveLength(5);
  near(
    response_ms.mean.value,
    known.reduce((sum, mean) => sum + mean, 0),
  );
});

test('errors are counted by function and kind, with an example of what was said', () => {
  const { errors } = analyzed.analysis;
  const failed = pairs().filter(({ outcome, activation }) => outcome !== 'ok' || activation?.success === false);
  expect(errors.reduce((sum, { count }) => sum + count, 0)).toBe(failed.length);
  expect(errors[0]).toMatchObject({
    function: 'sleep',
    outcome: 'failed',
    error: 'function_error',
    status: 502,
    example: 'the function failed on purpose',
  });
  expect(errors.map(({ error }) => error)).toContain('in_flight_limit');
});

test('what was read is counted, and the dropped row makes the run invalid', () => {
  expect(analyzed.analysis.records).toEqual({
    source: 'couchdb',
    read: 1_499,
    expected: 1_499,
    missing: 0,
    complete: true,
  });
  expect(analyzed.analysis.verdict).toMatchObject({ valid: false });
  expect(analyzed.analysis.warnings).toEqual([]);
});
