import { expect, test } from 'vitest';
import { plannedLoads, unionSeconds } from '../../analyzer/planned-load.js';

const CONFIG = {
  test_duration_in_seconds: 30,
  instances: {
    whole: { distribution: 'Poisson', rate: 20, activity_window: null },
    late: { distribution: 'Uniform', rate: 5, activity_window: [10, 50] },
    list: { interarrivals_list: [1, 2, 3] },
    profile: { distribution: 'Poisson', rate: { steps: [[0, 1]] } },
  },
};

test('a window past the end is cut, and none is the whole test', () => {
  const load = plannedLoads(CONFIG);
  expect(load('whole')).toEqual({ distribution: 'Poisson', ratePerS: 20, windowS: [0, 30] });
  expect(load('late')).toEqual({ distribution: 'Uniform', ratePerS: 5, windowS: [10, 30] });
});

test('lists and profiles have no one rate, and what the config does not say is null', () => {
  const load = plannedLoads(CONFIG);
  expect(load('list')).toEqual({ distribution: 'list', ratePerS: null, windowS: [0, 30] });
  expect(load('profile')).toEqual({ distribution: 'Poisson', ratePerS: null, windowS: [0, 30] });
  expect(load('__proto__')).toEqual({ distribution: null, ratePerS: null, windowS: [0, 30] });
  expect(plannedLoads({})('any')).toEqual({ distribution: null, ratePerS: null, windowS: [0, 0] });
});

test('a union of windows counts an overlap once and a gap not at all', () => {
  // [0, 10] and [5, 12] cover 12 s, [20, 21] one more
  expect(
    unionSeconds([
      [20, 21],
      [5, 12],
      [0, 10],
    ]),
  ).toBe(13);
  expect(unionSeconds([])).toBe(0);
});
