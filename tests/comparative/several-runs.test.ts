import { expect, test } from 'vitest';
import { randomStream } from '../../common/random.js';
import { differenceOfFigures, ratioOfFigures } from '../../comparative/several-runs.js';
import { parseGate } from '../../comparative/gate.js';
import { judge } from '../../comparative/judge.js';
import { normal } from './archive-fixture.js';
import { comparison } from './comparison-fixture.js';

const runs = (name: string, count: number, factor = 1, spread = 0.05) => {
  const random = randomStream(11, name);
  return Array.from({ length: count }, () => 20 * factor * Math.exp(spread * normal(random)));
};

test.each([3, 5, 10])(
  'with %i runs a side and a true spread between runs, identical sides alarm in about 5 %%',
  (count) => {
    let alarms = 0;
    for (let i = 0; i < 400; i += 1) {
      const { p } = ratioOfFigures(runs(`a${i}/${count}`, count), runs(`b${i}/${count}`, count));
      if (p! < 0.05) alarms += 1;
    }
    // 400 repetitions at 5 %: 20 expected, standard deviation 4.4; three of them above is 33
    expect(alarms).toBeLessThanOrEqual(33);
  },
);

test('a shift of 10 % at five runs a side with a spread of 2 % is found nine times in ten', () => {
  let found = 0;
  for (let i = 0; i < 200; i += 1) {
    const { p } = ratioOfFigures(runs(`a${i}`, 5, 1, 0.02), runs(`b${i}`, 5, 1.1, 0.02));
    if (p! < 0.05) found += 1;
  }
  expect(found).toBeGreaterThanOrEqual(180);
});

test.each([3, 5, 10])(
  'the interval of the difference in ms holds the true one in 92 to 98 %%, at %i runs a side',
  (count) => {
    let held = 0;
    for (let i = 0; i < 600; i += 1) {
      const { other } = ratioOfFigures(runs(`c${i}/${count}`, count), runs(`d${i}/${count}`, count, 1.1));
      // geometric means of 20 and 22 ms
      if (other.low! <= 2 && 2 <= other.high!) held += 1;
    }
    // 600 repetitions at 95 %: 570 expected, standard deviation 5.3; three runs a side are a little cautious (97 %: 582 ± 4.2)
    expect(held).toBeGreaterThanOrEqual(552);
    expect(held).toBeLessThanOrEqual(594);
  },
);

test("the ratio's interval leaves out 1 where, and hardly elsewhere, the difference's leaves out 0", () => {
  let apart = 0;
  for (let i = 0; i < 300; i += 1) {
    const { change, other } = ratioOfFigures(runs(`e${i}`, 4), runs(`f${i}`, 4, 1.08));
    const [ratio, difference] = [change.low! > 1 || change.high! < 1, other.low! > 0 || other.high! < 0];
    expect(Math.sign(change.value! - 1)).toBe(Math.sign(other.value!));
    if (ratio !== difference) apart += 1;
  }
  // both rest on the same variances and degrees of freedom; only the curve of the logarithm lies between them
  expect(apart).toBeLessThanOrEqual(9);
});

test('with as many more runs as a gate asks for it decides in most repetitions', () => {
  let [asked, decided] = [0, 0];
  const judged = (baseline: number[], candidate: number[]) => {
    const { change, foresight } = ratioOfFigures(baseline, candidate);
    const sides = { runs: { baseline: baseline.length, candidate: candidate.length } };
    const each = comparison('p50', [change.value!, change.low, change.high], { change, foresight, ...sides });
    return judge([parseGate('p50 +5%')], { comparisons: [each], unpaired: [], invalid: [] })[0]!;
  };
  for (let i = 0; i < 300; i += 1) {
    const [a, b] = [runs(`g${i}`, 3), runs(`h${i}`, 3, 1.1)];
    const { more } = judged(a, b);
    // hundreds of runs are asked for where three happened to lie on the bound
    if (more === null || more.more > 200) continue;
    asked += 1;
    const then = judged([...a, ...runs(`i${i}`, more.more)], [...b, ...runs(`j${i}`, more.more, 1.1)]);
    if (then.verdict !== 'not enough data') decided += 1;
  }
  // simulated with 2,000: 75 %; of 250 asked the standard deviation is 2.7 %
  expect(asked).toBeGreaterThan(200);
  expect(decided / asked).toBeGreaterThan(0.65);
});

test('one run against several is judged by the spread of the several', () => {
  // logs 0, 0.1, −0.1: s = 0.1; against log 0.4: t = 0.4/(0.1·√(1 + 1/3)) = 3.4641 with 2 df, whose two-sided p is 0.0742;
  // the 95 % interval is 0.4 ± 4.3027·0.11547 = [−0.0968, 0.8968] on the log scale
  const { change, p } = ratioOfFigures([1, Math.exp(0.1), Math.exp(-0.1)], [Math.exp(0.4)]);
  expect(p).toBeCloseTo(0.0742, 4);
  expect(Math.log(change.low!)).toBeCloseTo(-0.0968, 4);
  expect(Math.log(change.high!)).toBeCloseTo(0.8968, 4);
  expect(change.method).toBe('pooled t');
  expect(change.note).toContain("one run on the candidate's side");
});

test('of shares the ratio stands beside the difference, by Fieller, and none where the baseline may be 0', () => {
  const of = (shares: number[]) => shares.map((share) => ({ share, rows: 1_000 }));
  // means 0.2 and 0.3, variances 0.0001 each: se² = 0.0001/3, df 4, t = 2.7764: each side ± 0.016030
  // (0.3 − r·0.2)² = 0.016030²·(1 + r²): (0.04 − 0.000257)r² − 0.12r + 0.09 − 0.000257 = 0, r = (0.12 ± √(0.0144 − 4·0.039743·0.089743))/(2·0.039743)
  const { change, other } = differenceOfFigures(of([0.19, 0.2, 0.21]), of([0.29, 0.3, 0.31]));
  expect(change.value).toBeCloseTo(0.1, 12);
  expect(other.value).toBeCloseTo(1.5, 12);
  expect(other.low).toBeCloseTo(1.3643, 3);
  expect(other.high).toBeCloseTo(1.6552, 3);
  expect(differenceOfFigures(of([0, 0.001, 0.004]), of([0.01, 0.02, 0.03])).other).toMatchObject({
    value: expect.closeTo(12, 9),
    low: null,
    note: "no interval of the ratio: the baseline's reaches 0",
  });
  expect(differenceOfFigures(of([0, 0, 0]), of([0.01, 0.02, 0.03])).other).toMatchObject({
    value: null,
    note: 'the baseline is 0: no ratio',
  });
});

test('runs that are all cold are bounded by their rows as runs that are never cold are', () => {
  const of = (share: number) => [
    { share, rows: 600 },
    { share, rows: 400 },
  ];
  expect(differenceOfFigures(of(1), of(1)).change).toMatchObject({ value: 0, low: expect.closeTo(-0.003827, 6) });
  const apart = differenceOfFigures(of(0), of(1));
  expect(apart.change.low).toBeGreaterThan(0.99);
  expect(apart.p).toBeLessThan(0.001);
});

test('figures that are 0 in some run have no ratio, and a difference nevertheless', () => {
  const { change, other, p } = ratioOfFigures([0, 1, 2], [3, 4, 5]);
  expect([change.value, p]).toEqual([4, null]);
  // means 1 and 4, variances 1/3 each: 3 ± 2.7764·√(2/3) with 4 df
  expect(other).toMatchObject({ value: 3, low: expect.closeTo(3 - 2.26693, 4), method: 'welch t' });
});

test('shares are compared on their own scale', () => {
  // means 0.02 and 0.05; variances 0.0001 each: se = √(0.0001/3·2) = 0.008165, df 4, t₀.₉₇₅ = 2.7764 → ± 0.02267
  const of = (shares: number[]) => shares.map((share) => ({ share, rows: 1_000 }));
  const { change, baseline, candidate } = differenceOfFigures(of([0.01, 0.02, 0.03]), of([0.04, 0.05, 0.06]));
  expect([baseline, candidate]).toEqual([expect.closeTo(0.02, 12), expect.closeTo(0.05, 12)]);
  expect(change.value).toBeCloseTo(0.03, 12);
  expect(change.low).toBeCloseTo(0.00733, 4);
  expect(change.high).toBeCloseTo(0.05267, 4);
});

test('runs without a single error are bounded by their number of rows', () => {
  const none = [
    { share: 0, rows: 600 },
    { share: 0, rows: 400 },
  ];
  const { change } = differenceOfFigures(none, none);
  // as 0 in 1,000 rows on both sides: 3.8415/1003.8415
  expect(change.high).toBeCloseTo(0.003827, 6);
  expect(change.method).toBe('wilson score');
  // three runs a side are not one
  expect(change.note).toMatch(/^no run differs from another of its side/);
});

test('two single runs have no spread to judge a figure by: a ratio without interval', () => {
  expect(ratioOfFigures([10], [12])).toMatchObject({ change: { value: expect.closeTo(1.2, 9), low: null }, p: null });
});

test('a share that one side does not know is no difference, whichever side it is', () => {
  const known = [{ share: 0.5, rows: 100 }];
  for (const [a, b] of [
    [known, []],
    [[], known],
    [[], [...known, ...known]],
  ] as const) {
    expect(differenceOfFigures([...a], [...b])).toMatchObject({
      change: { value: null, low: null, high: null },
      p: null,
    });
  }
});
