import { expect, test } from 'vitest';
import { plannedLoads, unionSeconds } from '../../analyzer/planned-load.js';

const CONFIG = {
  test_duration_in_seconds: 30,
  instances: {
    whole: { distribution: 'Poisson', rate: 20, activity_window: null },
    late: { distribution: 'Uniform', rate: 5, activity_window: [10, 50] },
    list: { interarrivals_list: [1, 2, 3] },
    steps: {
      distribution: 'Poisson',
      rate: {
        steps: [
          [0, 10],
          [10, 40],
        ],
      },
      activity_window: [5, 15],
    },
    bursts: {
      distribution: 'MMPP',
      states: [
        { rate: 100, mean_duration_s: 1 },
        { rate: 0, mean_duration_s: 3 },
      ],
    },
    broken: { distribution: 'Poisson', rate: { steps: [] } },
    trace: { distribution: 'Trace', trace: { format: 'csv' } },
  },
};

test('a window past the end is cut, and none is the whole test', () => {
  const load = plannedLoads(CONFIG);
  expect(load('whole')).toEqual({ distribution: 'Poisson', ratePerS: 20, windowS: [0, 30] });
  expect(load('late')).toEqual({ distribution: 'Uniform', ratePerS: 5, windowS: [10, 30] });
});

test('a profile has its mean rate within the window, bursts their mean over all states', () => {
  const load = plannedLoads(CONFIG);
  // (5·10 + 5·40)/10 = 25; (100·1 + 0·3)/4 = 25
  expect(load('steps')).toEqual({ distribution: 'Poisson', ratePerS: 25, windowS: [5, 15] });
  expect(load('bursts')).toEqual({ distribution: 'MMPP', ratePerS: 25, windowS: [0, 30] });
});

test('lists and traces have no one rate, and what the config does not say is null', () => {
  const load = plannedLoads(CONFIG);
  expect(load('trace')).toEqual({ distribution: 'Trace', ratePerS: null, windowS: [0, 30] });
  expect(load('list')).toEqual({ distribution: 'list', ratePerS: null, windowS: [0, 30] });
  expect(load('broken')).toEqual({ distribution: 'Poisson', ratePerS: null, windowS: [0, 30] });
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
