import { afterEach, beforeEach, expect, test } from 'vitest';
import { binEnd, binMiddle, histogramsOf, rowsIn, sumOf } from '../../../comparative/curves/run-histograms.js';
import { merge } from '../../../comparative/merge.js';
import type { MergedRun } from '../../../comparative/merged.js';
import { listArchives } from '../../../records/archive-list.js';
import { openTables, type Tables } from '../../../records/tables.js';
import { emptyFolder } from '../../support/programs.js';
import { writeSimulatedArchive } from '../archive-fixture.js';

let tables: Tables;
beforeEach(async () => {
  tables = await openTables();
});
afterEach(() => tables.close());

async function runOf(instances: object[]): Promise<MergedRun> {
  const root = emptyFolder();
  await writeSimulatedArchive(root, { instances });
  return (await merge(await listArchives(root), tables)).runs[0]!;
}

const NAMES = ['hello', `o'brien "quoted"`];

test('every row with a time is counted in the bin that holds it, by function and by whether it was cold', async () => {
  const run = await runOf([
    { name: 'a', function: NAMES[0], rows: 300, coldShare: 0.1 },
    { name: 'b', function: NAMES[1], rows: 50 },
    { name: 'c', function: 'not asked for', rows: 20 },
  ]);
  const histograms = await histogramsOf(run, NAMES, 'response_ms', false, tables);
  expect(new Set(histograms.map((each) => each.function))).toEqual(new Set(NAMES));
  const times = await tables.query<{ function: string; cold: boolean; ms: number }>(
    'SELECT function, cold, response_ms AS ms FROM combined_test',
  );
  for (const histogram of histograms) {
    const own = times.filter((row) => row.function === histogram.function && row.cold === histogram.cold);
    expect(rowsIn([histogram])).toBe(own.length);
    for (const [i, bin] of histogram.bins.entries()) {
      const inside = own.filter(({ ms }) => ms >= binEnd(bin - 1) && ms < binEnd(bin));
      expect(histogram.counts[i]).toBe(inside.length);
      for (const { ms } of inside) expect(Math.abs(binMiddle(bin) / ms - 1)).toBeLessThan(0.0051);
    }
  }
});

test('cut into sections, each holds a tenth of the function’s rows in the order of the plan', async () => {
  const run = await runOf([{ rows: 100, sigma: 0.01, coldShare: 0 }]);
  const histograms = await histogramsOf(run, ['hello'], 'response_ms', true, tables);
  const sections = [...new Set(histograms.map(({ section }) => section))];
  expect(sections).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const section of sections) expect(rowsIn(histograms.filter((each) => each.section === section))).toBe(10);
  const [third] = await tables.query<{ bins: number[] }>(
    'SELECT list(floor(ln(response_ms) / ln(1.01))::INTEGER) AS bins FROM combined_test WHERE seq BETWEEN 20 AND 29',
  );
  expect(new Set(sumOf(histograms.filter(({ section }) => section === 3)).keys())).toEqual(new Set(third!.bins));
});

test('a latency of 0 in whole milliseconds counts as half a one, which a log scale can show', async () => {
  // the fixture's latency is the response time less 2 ms, but at least 0
  const run = await runOf([{ rows: 40, medianMs: 1, sigma: 0.1, coldShare: 0 }]);
  const [histogram] = await histogramsOf(run, ['hello'], 'latency_ms', false, tables);
  expect([...histogram!.counts]).toEqual([40]);
  expect(binMiddle(histogram!.bins[0]!)).toBeCloseTo(0.5, 2);
});
