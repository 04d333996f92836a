import { expect, test } from 'vitest';
import { estimatesOf } from '../../../comparative/curves/run-estimates.js';
import { merge } from '../../../comparative/merge.js';
import { seriesOf } from '../../../comparative/series.js';
import { listArchives } from '../../../records/archive-list.js';
import { openTables } from '../../../records/tables.js';
import { estimateQuantile } from '../../../statistics/intervals.js';
import { estimateShare } from '../../../statistics/share.js';
import { emptyFolder } from '../../support/programs.js';
import { writeSimulatedArchive } from '../archive-fixture.js';

const PS = [0.5, 0.9, 0.99, 0.999];

// 20,000 rows are where the sections are taken in the database; 20,010 of them can be cut into ten equal ones.
test.each([2_000, 20_010])('%i rows: the figures and intervals are those of the rows themselves', async (rows) => {
  const root = emptyFolder();
  const instances = [
    { rows, phi: 0.5, errorShare: 0.02 },
    { name: 'b', function: 'other', rows: 30 },
  ];
  await writeSimulatedArchive(root, { instances });
  const tables = await openTables();
  try {
    const [run] = (await merge(await listArchives(root), tables)).runs;
    const options = { time: 'response_ms', ps: PS, answered: rows, seed: 5 } as const;
    const { quantiles, errors } = await estimatesOf(run!, 'hello', options, tables);
    const group = { scope: 'function', name: 'hello', function: 'hello' } as const;
    const series = await seriesOf(run!, group, 'response_ms', tables);
    expect(series.times).toHaveLength(rows);
    for (const [i, p] of PS.entries()) {
      const wanted = estimateQuantile(series.times, p, { seed: 5 });
      const got = quantiles[i]!;
      if (wanted.value === null) expect(got.value).toBeNull();
      else expect(got.value! / wanted.value).toBeCloseTo(1, 9);
      // The bootstrap for p99.9 of 20,010 rows needs the rows; without them there is no interval.
      if (wanted.method !== 'sectioning' && rows > 20_000) expect(got).toMatchObject({ low: null, method: 'none' });
      else if (wanted.low === null) expect(got.low).toBeNull();
      else {
        expect(got.method).toBe(wanted.method);
        expect([got.low! / wanted.low, got.high! / wanted.high!].map((ratio) => Number(ratio.toFixed(9)))).toEqual([
          1, 1,
        ]);
      }
    }
    expect(errors.low).toBeCloseTo(estimateShare(series.failed).low!, 12);
    expect(errors.high).toBeCloseTo(estimateShare(series.failed).high!, 12);
  } finally {
    tables.close();
  }
});
