import { expect, test } from 'vitest';
import { randomStream } from '../../common/random.js';
import { differenceOfFigures, differenceOfValues, ratioOfFigures } from '../../comparative/several-runs.js';
import { normal } from './archive-fixture.js';

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

test('the difference of figures in their own unit is Welch’s', () => {
  // means 11 and 16, variances 1 and 4, 3 runs each: se = √(1/3 + 4/3) = 1.29099; df = (5/3)²/((1/3)²/2 + (4/3)²/2) = 2.94118,
  // t₀.₉₇₅(2.94118) = 3.21893: 5 ± 4.15562
  const { value, low, high, method, n } = differenceOfValues([10, 11, 12], [14, 16, 18]);
  expect([value, method, n]).toEqual([5, 'welch t', 6]);
  expect(low).toBeCloseTo(0.8444, 3);
  expect(high).toBeCloseTo(9.1556, 3);
});

test('a difference of one run against several is judged by the several, one without spread or runs has no interval', () => {
  // s = 1 of three runs: se = √(1 + 1/3) = 1.1547, t₀.₉₇₅(2) = 4.30265: 4 ± 4.96827
  const one = differenceOfValues([10, 11, 12], [15]);
  expect(one).toMatchObject({ value: 4, method: 'pooled t' });
  expect(one.low).toBeCloseTo(-0.9683, 4);
  expect(differenceOfValues([10, 10], [12, 12])).toMatchObject({ value: 2, low: null, method: 'none' });
  expect(differenceOfValues([], [12])).toMatchObject({ value: null, note: 'no runs on one side' });
});
