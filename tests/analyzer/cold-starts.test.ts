import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { placeActivity } from '../../analyzer/activity.js';
import { coldStarts } from '../../analyzer/cold-starts.js';
import { CONCURRENCIES, IDLE_GAPS, type ColdStartClass, type ColdStarts } from '../../analyzer/dynamics.js';
import { groupFigures } from '../../analyzer/groups.js';
import { takeMeasuredWorkers } from '../../analyzer/measured-workers.js';
import { coldStartLines } from '../../analyzer/terminal/cold-starts-text.js';
import type { Analysis } from '../../analyzer/analysis.js';
import { openTables, type Tables } from '../../records/tables.js';
import { joinRows, manifestOf, type GivenRow } from '../support/joined-rows.js';

let tables: Tables;
beforeEach(async () => {
  tables = await openTables();
});
afterEach(() => tables.close());

async function coldStartsOf(rows: readonly GivenRow[], kind = 'local_openwhisk'): Promise<ColdStarts> {
  await joinRows(tables, rows);
  const measured = await takeMeasuredWorkers(tables);
  await placeActivity(tables, manifestOf(kind));
  return coldStarts(tables, await groupFigures(tables, 1), measured);
}

/** An execution on the platform's clock, which is that of the client. */
function executed(start_ms: number, end_ms: number, cold: boolean | null, more: GivenRow = {}): GivenRow {
  const { activation, ...row } = more;
  return {
    sent_ms: start_ms,
    planned_ms: start_ms,
    end_ms,
    ...row,
    activation: { start_ms, end_ms, cold, wait_ms: 0, ...activation },
  };
}

const brief = (classes: readonly ColdStartClass[]): string[] =>
  classes.map(({ class: name, cold, n }) => `${name}: ${cold} of ${n}`);

test('each execution is in the class of the idle time before it and of what ran beside it', async () => {
  // 10 ms each: the first; one while it runs; then idle for 0.505, 5, 30, 120 and 1,200 s
  const starts = [0, 5, 520, 5_530, 35_540, 155_550, 1_355_560];
  const { by_idle_gap, by_concurrency, count, known, untimed, share } = await coldStartsOf(
    starts.map((start, i) => executed(start, start + 10, i !== 2)),
  );
  expect(brief(by_idle_gap)).toEqual([
    'first of its function: 1 of 1',
    'others running: 1 of 1',
    'idle < 1 s: 0 of 1',
    'idle 1–10 s: 1 of 1',
    'idle 10–60 s: 1 of 1',
    'idle 1–10 min: 1 of 1',
    'idle ≥ 10 min: 1 of 1',
  ]);
  expect(brief(by_concurrency)).toEqual(['none running: 5 of 6', '1 running: 1 of 1']);
  expect([count, known, untimed]).toEqual([6, 7, 0]);
  expect(share.value).toBeCloseTo(6 / 7, 12);
});

test('the edges: idle for exactly 1 s is no less than 1 s; what ends at the moment of an arrival runs no more', async () => {
  const { by_idle_gap, by_concurrency } = await coldStartsOf([
    executed(0, 10, true),
    executed(10, 20, false),
    executed(1_020, 1_030, true),
    executed(11_030, 16_040, true),
    // not idle for 5.01 s: the other ended just now
    executed(16_040, 16_050, true),
  ]);
  expect(brief(by_idle_gap)).toEqual([
    'first of its function: 1 of 1',
    'idle < 1 s: 1 of 2',
    'idle 1–10 s: 1 of 1',
    'idle 10–60 s: 1 of 1',
  ]);
  expect(brief(by_concurrency)).toEqual(['none running: 4 of 5']);
});

test('an execution arrives when its wait begins', async () => {
  const { by_idle_gap } = await coldStartsOf([
    executed(1_000, 1_040, true),
    // arrives at 1,030 and waits for 20 ms: the other is still running
    executed(1_050, 1_060, true, { sent_ms: 1_030, activation: { wait_ms: 20 } }),
  ]);
  expect(brief(by_idle_gap)).toEqual(['first of its function: 1 of 1', 'others running: 1 of 1']);
});

test("Lambda's start lies behind the init, which keeps the worker busy; OpenWhisk's lies before it", async () => {
  const rows = [
    // the init from 940 on; 20 ms of an extension after the handler's 20
    executed(1_000, 1_040, true, { sent_ms: 900, activation: { duration_ms: 80, init_ms: 60, wait_ms: null } }),
    executed(960, 970, false, { activation: { wait_ms: null } }),
  ];
  const classes = async (kind: string) => brief((await coldStartsOf(rows, kind)).by_idle_gap);
  expect(await classes('lambda')).toEqual(['first of its function: 1 of 1', 'others running: 0 of 1']);
  expect(await classes('local_openwhisk')).toEqual(['first of its function: 0 of 1', 'idle < 1 s: 1 of 1']);
});

test('functions do not keep each other warm', async () => {
  const { functions, by_idle_gap } = await coldStartsOf([
    executed(0, 10, true),
    executed(20, 30, true, { function: 'g' }),
    executed(40, 50, false),
  ]);
  expect(functions.map(({ name, count, known }) => [name, count, known])).toEqual([
    ['f', 1, 2],
    ['g', 1, 1],
  ]);
  expect(functions.map((group) => brief(group.by_idle_gap))).toEqual([
    ['first of its function: 1 of 1', 'idle < 1 s: 0 of 1'],
    ['first of its function: 1 of 1'],
  ]);
  expect(brief(by_idle_gap)).toEqual(['first of its function: 2 of 2', 'idle < 1 s: 0 of 1']);
});

test('one of which nobody knows whether it was cold runs beside the others, and is counted nowhere', async () => {
  const { by_idle_gap, known } = await coldStartsOf([executed(0, 100, null), executed(50, 60, true)]);
  expect(brief(by_idle_gap)).toEqual(['others running: 1 of 1']);
  expect(known).toBe(1);
});

test("where the platform tells no times they are the client's, from sent to end; an accepted call has none", async () => {
  const A = 'bf059391-34f7-42b7-9f1b-97ce090b3ca3';
  const result = await coldStartsOf([
    { sent_ms: 0, end_ms: 50, body: JSON.stringify({ stat: { exist_id: A, new_id: A } }) },
    // Lambda's REPORT line tells of the cold start, and of no time
    { sent_ms: 2_050, end_ms: 2_060, activation: { cold: true, duration_ms: 5 } },
    { sent_ms: 2_050, end_ms: 2_055, status: 202, activation: { cold: true, duration_ms: 5 } },
  ]);
  expect(brief(result.by_idle_gap)).toEqual(['first of its function: 1 of 1', 'idle 1–10 s: 1 of 1']);
  expect(result).toMatchObject({ count: 3, known: 3, untimed: 1, timed_by_client: 2 });
  const lines = coldStartLines({ cold_starts: result } as Analysis);
  expect(lines[0]).toBe('cold starts: 3 of 3, 100 % [43.9 %, 100 %]');
  expect(lines).toContain('of 1 nobody knows the time: they are in no line below');
  expect(lines).toContain("of 2 the times are the client's, from sent to end");
  for (const text of lines) expect(text.length).toBeLessThanOrEqual(100);
});

test('a run of which nothing is known has no class and no share, and says so', async () => {
  const nothing = await coldStartsOf([{}, {}]);
  expect(nothing).toMatchObject({ count: 0, known: 0, untimed: 0, by_idle_gap: [], by_concurrency: [] });
  expect(nothing.share.value).toBeNull();
  expect(coldStartLines({ cold_starts: nothing } as Analysis)).toHaveLength(1);
  await expect(coldStartsOf([])).resolves.toMatchObject({ known: 0, functions: [] });
});

/** The same by looking at every pair. */
function byEveryPair(rows: readonly Execution[]): { gap: string; crowd: string; cold: boolean }[] {
  return rows.flatMap(({ name, start, length, cold }, seq) => {
    if (cold === null) return [];
    const end = (row: Execution) => row.start + Math.max(row.length, 0.001);
    const same = rows.map((row, at) => ({ ...row, at })).filter((row) => row.name === name && row.at !== seq);
    const earlier = same.filter((row) => row.start < start || (row.start === start && row.at < seq));
    const running = earlier.filter((row) => end(row) > start).length;
    const idle = start - Math.max(...earlier.map(end));
    const gap =
      running > 0
        ? 1
        : earlier.length === 0
          ? 0
          : 2 + [1e3, 1e4, 6e4, 6e5].filter((edge) => idle >= edge - 1e-6).length;
    const crowd = running <= 1 ? running : 2 + [4, 8, 16].filter((edge) => running >= edge).length;
    return [{ gap: IDLE_GAPS[gap]!, crowd: CONCURRENCIES[crowd]!, cold, length }];
  });
}

type Execution = { name: string; start: number; length: number; cold: boolean | null };

test('every class has exactly the executions that looking at every pair puts into it', async () => {
  // whole milliseconds and few of them, so that ends and arrivals meet; a wide scale for the gaps
  const execution: fc.Arbitrary<Execution> = fc.record({
    name: fc.constantFrom('f', 'g'),
    start: fc.tuple(fc.nat(30), fc.constantFrom(1, 1, 100, 20_000)).map(([n, scale]) => n * scale),
    length: fc.constantFrom(0, 0, 1, 2, 50, 5_000),
    cold: fc.constantFrom(true, false, null),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(execution, { minLength: 1, maxLength: 40 }), async (rows) => {
      const found = await coldStartsOf(
        rows.map(({ name, start, length, cold }) =>
          executed(start, start + length, cold, { function: name, end_ms: start + length + 1 }),
        ),
      );
      const expected = byEveryPair(rows);
      const tally = (by: 'gap' | 'crowd', names: readonly string[]) =>
        names.flatMap((name): ColdStartClass[] => {
          const met = expected.filter((row) => row[by] === name);
          return met.length === 0 ? [] : [{ class: name, cold: met.filter(({ cold }) => cold).length, n: met.length }];
        });
      expect(found.by_idle_gap).toEqual(tally('gap', IDLE_GAPS));
      expect(found.by_concurrency).toEqual(tally('crowd', CONCURRENCIES));
      const sum = (classes: readonly ColdStartClass[], of: 'n' | 'cold') =>
        classes.reduce((n, cell) => n + cell[of], 0);
      for (const figures of [found, ...found.functions]) {
        expect(sum(figures.by_idle_gap, 'n')).toBe(figures.known);
        expect(sum(figures.by_concurrency, 'cold')).toBe(figures.count);
      }
    }),
    { numRuns: 10 },
  );
});
