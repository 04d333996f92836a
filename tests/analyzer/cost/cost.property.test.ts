import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cost, CostFigures } from '../../../analyzer/cost/model.js';
import type { ActivationRow } from '../../../records/activations.js';
import { estimateMean } from '../../../statistics/intervals.js';
import { awsEndpoint, MIB, pricedRun } from './priced-run.js';

/** What the records of a run say, at random: hundredths of milliseconds as Lambda writes them, and every kind of gap. */
const record = fc.record({
  execution: fc.option(fc.integer({ min: 0, max: 500_000 }), { freq: 10 }),
  init: fc.option(fc.integer({ min: 0, max: 50_000 })),
  told: fc.option(fc.integer({ min: 1, max: 6000 })),
  mib: fc.option(fc.integer({ min: 128, max: 10_240 }), { freq: 10 }),
  attempts: fc.integer({ min: 1, max: 3 }),
  recorded: fc.option(fc.constant(true), { freq: 20 }),
});
type RandomRecord = typeof record extends fc.Arbitrary<infer T> ? T : never;

function rowsOf(row: ActivationRow, random: RandomRecord): ActivationRow[] {
  if (random.recorded === null) return [];
  const { execution, init, told, mib, attempts } = random;
  return Array.from({ length: attempts }, (_, i) => ({
    ...row,
    attempt: i + 1,
    // only the first attempt of a call had to wait for an init
    init_ms: i === 0 && init !== null ? init / 100 : null,
    cold: i === 0 && init !== null,
    execution_ms: execution === null ? null : execution / 100,
    duration_ms: execution === null ? null : (execution + (i === 0 ? (init ?? 0) : 0)) / 100,
    billed_ms: told === null ? null : told + i,
    memory_limit_bytes: mib === null ? null : mib * MIB,
  }));
}

/** The same in whole numbers: MiB times milliseconds, of the calls in the order of the plan; null where one is not known. */
function usageOf(rows: readonly ActivationRow[]): { mibMs: number; priced: number; whole: boolean } {
  let [mibMs, priced] = [0, 0];
  for (const { billed_ms, duration_ms, memory_limit_bytes } of rows) {
    const hundredths = duration_ms === null ? null : Math.round(duration_ms * 100);
    const billed = billed_ms ?? (hundredths === null ? null : Math.max(1, Math.ceil(hundredths / 100)));
    if (billed === null || memory_limit_bytes === null) continue;
    mibMs += billed * (memory_limit_bytes / MIB);
    priced += 1;
  }
  return { mibMs, priced, whole: rows.length > 0 && priced === rows.length };
}

const GB_S_OF_MIB_MS = 1 / 1024 / 1000;
const near = (found: number | null, expected: number): void =>
  expect(Math.abs(found! - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1e-6, Math.abs(expected)));

function expectFigures(found: CostFigures, calls: ActivationRow[][]): void {
  const usages = calls.map(usageOf);
  const priced = usages.reduce((sum, usage) => sum + usage.priced, 0);
  const records = calls.reduce((sum, { length }) => sum + Math.max(1, length), 0);
  expect(found.priced).toBe(priced);
  expect(found.unpriced).toBe(records - priced);
  if (priced === 0) return expect(found.total).toBeNull();
  const gbS = usages.reduce((sum, usage) => sum + usage.mibMs, 0) * GB_S_OF_MIB_MS;
  near(found.gb_s, gbS);
  near(found.compute_cost, gbS * 0.0000166667);
  near(found.request_cost, priced * 0.0000002);
  expect(found.total).toBe(found.compute_cost! + found.request_cost!);
  expect(found.init_gb_s ?? 0).toBeLessThanOrEqual(found.gb_s! * (1 + 1e-12));
  const costs = usages
    .filter(({ whole }) => whole)
    .map((usage) => 1e6 * (usage.mibMs * GB_S_OF_MIB_MS * 0.0000166667 + usage.priced * 0.0000002));
  const expected = estimateMean(Float64Array.from(costs));
  expect(found.per_million.n).toBe(costs.length);
  if (costs.length === 0) return;
  expect(found.per_million).toMatchObject({ method: expected.method, note: expected.note });
  near(found.per_million.value, expected.value!);
  if (expected.low === null) return expect(found.per_million.low).toBeNull();
  near(found.per_million.low, expected.low);
  near(found.per_million.high, expected.high!);
}

function expectSums(cost: Cost): void {
  const sum = (of: (figures: CostFigures) => number | null): number =>
    cost.functions.reduce((total, figures) => total + (of(figures) ?? 0), 0);
  for (const figure of ['priced', 'unpriced'] as const) expect(cost[figure]).toBe(sum((figures) => figures[figure]));
  for (const figure of ['requests', 'gb_s', 'init_gb_s', 'compute_cost', 'request_cost', 'total'] as const)
    near(
      cost[figure] ?? 0,
      sum((figures) => figures[figure]),
    );
}

test('whatever the records say, the cost is that of a plain count, and the functions sum up to the run', async () => {
  // 20 … 1,500 calls of three functions: too few of some for an interval, sections of others
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 20, maxLength: 40 }),
      fc.integer({ min: 20, max: 1500 }),
      async (some, rows) => {
        const calls = new Map<string, ActivationRow[]>();
        const { run, cost } = await pricedRun({
          rows,
          seed: 5,
          manifest: { endpoint: awsEndpoint('us-east-1') },
          records: (all) =>
            all.flatMap((row, i) => {
              const made = rowsOf(row, some[i % some.length]!);
              calls.set(row.activation_id, made);
              return made;
            }),
        });
        const callsOf = (name?: string) =>
          run.invocations
            .filter((row) => name === undefined || row.function === name)
            .map((row) => calls.get(row.activation_id!)!);
        for (const figures of cost.functions) expectFigures(figures, callsOf(figures.name));
        expectFigures(cost, callsOf());
        expectSums(cost);
      },
    ),
    { numRuns: 6 },
  );
});

test('more memory, more time or another attempt never makes a run cheaper', async () => {
  const total = async (change: (row: ActivationRow) => ActivationRow[]): Promise<number> =>
    (await pricedRun({ rows: 60, records: (rows) => rows.flatMap(change) })).cost.total!;
  const factor = fc.double({ min: 1, max: 50, noNaN: true });
  await fc.assert(
    fc.asyncProperty(factor, factor, fc.integer({ min: 1, max: 3 }), async (memory, time, attempts) => {
      const less = await total((row) => [row]);
      const more = await total((row) =>
        Array.from({ length: attempts }, (_, i) => ({
          ...row,
          attempt: i + 1,
          memory_limit_bytes: Math.round(row.memory_limit_bytes! * memory),
          duration_ms: row.duration_ms! * time,
        })),
      );
      expect(more).toBeGreaterThanOrEqual(less * (1 - 1e-12));
    }),
    { numRuns: 4 },
  );
});
