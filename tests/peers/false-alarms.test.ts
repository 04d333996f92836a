import { expect, test } from 'vitest';
import { cellOf } from '../../benchmarks/comparative/cells.mjs';
import { decisionsOf } from '../../benchmarks/comparative/decisions.mjs';
import { randomStream } from '../../common/random.js';
import { parseGate } from '../../comparative/gate.js';
import { judge } from '../../comparative/judge.js';
import * as several from '../../comparative/several-runs.js';
import * as single from '../../comparative/single-runs.js';
import { meanOf, quantileOf } from '../../statistics/quantiles.js';

// The same simulation with 2,000 repetitions a cell is `npm run sim:comparative`; docs/statistics.md has its tables.
const REPETITIONS = 200;
const tools = { randomStream, single, several, meanOf, quantileOf, parseGate, judge };

/**
 * With a true share of 6 % more than 24 of 200 are called in one cell of 10,000 (binomial); of the 39 figures below in 0.4 %.
 * With 7.5 %, the bar at a correlation of 0.95, more than 29.
 */
const MOST_CALLED = { usual: 24, strong: 29 };

const CELLS = [
  ...[0, 0.5, 0.8, 0.95].map((phi) => ({ runs: 1, spread: 0, phi })),
  ...[3, 5, 10].map((runs) => ({ runs, spread: 0.05, phi: 0.8 })),
];

test.each(CELLS)('$runs identical runs a side, rows correlated by $phi, are called different hardly ever', (cell) => {
  const counts = cellOf({ ...cell, rows: 2_000, shift: 0 }, REPETITIONS, tools);
  for (const [measure, { told, called }] of Object.entries(counts)) {
    expect(told, measure).toBe(REPETITIONS);
    // Errors that come in stretches of rows correlated by 0.95: see the table.
    if (measure === 'error_rate' && cell.phi > 0.8) continue;
    expect(called, measure).toBeLessThanOrEqual(cell.phi > 0.8 ? MOST_CALLED.strong : MOST_CALLED.usual);
  }
});

test('10 % more is found by five runs a side of 2,000 rows, with a spread of 2 % between runs', () => {
  const cell = { runs: 5, spread: 0.02, phi: 0.5, rows: 2_000, shift: 0.1 };
  const { p50, p99 } = cellOf(cell, REPETITIONS, tools) as Record<'p50' | 'p99', { better: number; otherHeld: number }>;
  // With a true 99 % fewer than 190 of 200 are found in one of 10,000 (binomial).
  expect(p50.better).toBeGreaterThanOrEqual(190);
  expect(p99.better).toBeGreaterThanOrEqual(190);
  // The difference in ms holds the true one in 95 %: fewer than 178 of 200 in one of 1,000.
  expect(p50.otherHeld).toBeGreaterThanOrEqual(178);
  expect(p99.otherHeld).toBeGreaterThanOrEqual(178);
});

test('twice as many errors: the interval of their difference holds the true one, that of their ratio 2', () => {
  const cell = { runs: 5, spread: 0, phi: 0.5, rows: 2_000, shift: 0, moreEvents: 2 };
  const { error_rate } = cellOf(cell, REPETITIONS, tools) as Record<
    'error_rate',
    { held: number; otherTold: number; otherHeld: number }
  >;
  expect(error_rate.held).toBeGreaterThanOrEqual(178);
  expect(error_rate.otherTold).toBe(REPETITIONS);
  expect(error_rate.otherHeld).toBeGreaterThanOrEqual(178);
});

test.each([
  { runs: 5, spread: 0.05, rows: 2_000, measure: 'p50', gate: 'p50 +5%', shift: 0.1, right: 'fail' },
  { runs: 1, spread: 0, rows: 2_000, measure: 'error_rate', gate: 'error_rate +0.5pp', shift: 0, right: 'pass' },
])('a gate of $measure, $runs runs a side, decides in most repetitions once it has what it asks for', (cell) => {
  const { asked, decided, rightly } = decisionsOf({ ...cell, phi: 0.5 }, REPETITIONS / 2, tools);
  // Of some 65 that ask 80 % decide (standard deviation 5 %), nearly all of them rightly.
  expect(asked.length).toBeGreaterThan(45);
  expect(decided / asked.length).toBeGreaterThan(0.62);
  expect(rightly).toBeGreaterThan(0.95 * decided);
});
