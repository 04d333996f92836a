import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream, type RandomStream } from '../../../common/random.js';
import { cumulativeOf } from '../../../comparative/curves/cumulative.js';
import { gridOf } from '../../../comparative/curves/grid.js';
import { binEnd, type RunHistogram } from '../../../comparative/curves/run-histograms.js';
import { normal } from '../archive-fixture.js';

function histogram(run_id: string, counts: Record<number, number>, section = 0): RunHistogram {
  const bins = Object.keys(counts).map(Number);
  return {
    run_id,
    function: 'f',
    cold: false,
    section,
    bins: Int32Array.from(bins),
    counts: Float64Array.from(Object.values(counts)),
  };
}

test('of two runs the shares are averaged on the scale of arcsin √, without a band', () => {
  const points = cumulativeOf([histogram('a', { 1: 1, 2: 3 }), histogram('b', { 1: 3, 2: 1 })], [0, 1, 2]);
  // at bin 1: shares 1/4 and 3/4, angles 30° and 60°, mean 45°, sin² = 1/2
  expect(points.map(({ share }) => Number(share.toFixed(12)))).toEqual([0, 0.5, 1]);
  expect(points.map(({ ms }) => ms)).toEqual([0, 1, 2].map(binEnd));
  expect(points.every(({ low, high }) => low === null && high === null)).toBe(true);
});

test('of three runs the band is that of Student’s t over their angles', () => {
  // angles 30°, 45°, 60°: mean π/4, s = π/12, se = s/√3 = 0.15115, t₀.₉₇₅(2) = 4.3027, reach 0.65035: [0.13505, 1.43575]
  const runs = [histogram('a', { 1: 1, 2: 3 }), histogram('b', { 1: 2, 2: 2 }), histogram('c', { 1: 3, 2: 1 })];
  const [point] = cumulativeOf(runs, [1]);
  expect(point!.share).toBeCloseTo(0.5, 12);
  expect(point!.low).toBeCloseTo(Math.sin(0.13505) ** 2, 4);
  expect(point!.high).toBeCloseTo(Math.sin(1.43575) ** 2, 4);
});

test('rows that are cold and warm, and in sections, count together in their run', () => {
  const cut = [histogram('a', { 1: 4 }, 1), { ...histogram('a', { 2: 12 }, 2), cold: true }];
  expect(cumulativeOf(cut, [1, 2]).map(({ share }) => share)).toEqual([0.25, 1]);
});

const MEDIAN_BIN = Math.floor(Math.log(20) / Math.log(1.01));
/** The upper end of the bin in which the median of 20 ms lies, and how much of a lognormal lies below it, at σ = 0.3. */
const EDGE = binEnd(MEDIAN_BIN);

/** How many of n correlated rows around `median` lie below EDGE, by sections. */
function below(n: number, phi: number, median: number, random: RandomStream): boolean[] {
  let level = normal(random);
  return Array.from({ length: n }, () => {
    level = phi * level + Math.sqrt(1 - phi ** 2) * normal(random);
    return median * Math.exp(0.3 * level) <= EDGE;
  });
}

function runOf(run_id: string, rows: boolean[], sections: number): RunHistogram[] {
  return Array.from({ length: sections }, (_, i) => {
    const own = rows.slice((i * rows.length) / sections, ((i + 1) * rows.length) / sections);
    const inside = own.filter(Boolean).length;
    return histogram(
      run_id,
      { [MEDIAN_BIN]: inside, [MEDIAN_BIN + 9]: own.length - inside },
      sections === 1 ? 0 : i + 1,
    );
  });
}

/** Φ by the series of Marsaglia, J. Stat. Softw. 11(4), 2004. */
function normalShare(x: number): number {
  let sum = x;
  for (let term = x, k = 3, before = 0; sum !== before; k += 2)
    [before, term, sum] = [sum, (term * x * x) / k, sum + (term * x * x) / k];
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

test.each([3, 5, 10])(
  'the band over %i runs that differ by a twentieth holds the true curve in 92 to 98 of 100',
  (runs) => {
    // The true mean angle: of runs whose median is 20·exp(0.05·z) ms, averaged over z by the trapezoidal rule.
    const angleAt = (z: number) => Math.asin(Math.sqrt(normalShare((Math.log(EDGE / 20) - 0.05 * z) / 0.3)));
    let truth = 0;
    for (let z = -6; z <= 6; z += 0.01) truth += (0.01 * angleAt(z) * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
    const repetitions = 600;
    let held = 0;
    for (let seed = 1; seed <= repetitions; seed += 1) {
      const random = randomStream(seed, `bands/${runs}`);
      const histograms = Array.from({ length: runs }, (_, i) =>
        runOf(`r${i}`, below(300, 0, 20 * Math.exp(0.05 * normal(random)), random), 1),
      ).flat();
      const { low, high } = cumulativeOf(histograms, [MEDIAN_BIN])[0]!;
      if (low! <= Math.sin(truth) ** 2 && Math.sin(truth) ** 2 <= high!) held += 1;
    }
    // 95 % of 600 have a standard error of 0.9 points: three of them around 92 to 98
    expect(held / repetitions).toBeGreaterThan(0.92);
    expect(held / repetitions).toBeLessThan(0.98);
  },
);

test.each([0, 0.8])(
  'the band of one run whose rows go together by %f holds the true curve in 92 to 98 of 100',
  (phi) => {
    const truth = normalShare(Math.log(EDGE / 20) / 0.3);
    const repetitions = 600;
    let held = 0;
    for (let seed = 1; seed <= repetitions; seed += 1) {
      const rows = below(1_000, phi, 20, randomStream(seed, `one/${phi}`));
      const { low, high } = cumulativeOf(runOf('r', rows, 10), [MEDIAN_BIN])[0]!;
      if (low! <= truth && truth <= high!) held += 1;
    }
    expect(held / repetitions).toBeGreaterThan(0.92);
    expect(held / repetitions).toBeLessThan(0.98);
  },
);

const anyCounts = fc.dictionary(fc.integer({ min: 0, max: 400 }).map(String), fc.integer({ min: 1, max: 50 }), {
  minKeys: 1,
  maxKeys: 120,
});

test('a curve rises from 0 to 1, and its band stays around it within 0 and 1', () => {
  fc.assert(
    fc.property(fc.array(anyCounts, { minLength: 3, maxLength: 5 }), (runs) => {
      const histograms = runs.map((counts, i) => histogram(`r${i}`, counts));
      const points = cumulativeOf(histograms, gridOf([histograms]));
      expect(points[0]!.share).toBe(0);
      expect(points.at(-1)!.share).toBe(1);
      for (const [i, { share, low, high }] of points.entries()) {
        expect(share).toBeGreaterThanOrEqual(points[i - 1]?.share ?? 0);
        expect(low!).toBeGreaterThanOrEqual(0);
        expect(low!).toBeLessThanOrEqual(share + 1e-12);
        expect(high!).toBeGreaterThanOrEqual(share - 1e-12);
        expect(high!).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('between the points of the grid no group has risen by more than 0.4 %, so a line between them shows all', () => {
  fc.assert(
    fc.property(fc.array(anyCounts, { minLength: 1, maxLength: 3 }), (groups) => {
      const own = groups.map((counts, i) => [histogram(`r${i}`, counts)]);
      const grid = gridOf(own);
      expect(grid).toEqual(grid.toSorted((a, b) => a - b));
      for (const group of own) {
        const n = group[0]!.counts.reduce((a, b) => a + b);
        for (const [i, bin] of grid.entries()) {
          const before = grid[i - 1];
          if (before === undefined) continue;
          const between = [...group[0]!.bins].map((each, at) =>
            each > before && each < bin ? group[0]!.counts[at]! : 0,
          );
          expect(between.reduce((a, b) => a + b) / n).toBeLessThan(0.004 + 1e-12);
        }
      }
    }),
  );
});
