// How often comparisons of two sides call a difference where there is none, how often their intervals hold the true one,
// how often a true one is found, and how often a gate decides once it has what it asked for: the tables of
// docs/statistics.md.
// Usage: npm run sim:comparative -- [--repetitions 2000] [--part same|shifted|events|gates]
import { parseArgs } from 'node:util';
import { randomStream } from '../dist/common/random.js';
import { parseGate } from '../dist/comparative/gate.js';
import { judge } from '../dist/comparative/judge.js';
import * as several from '../dist/comparative/several-runs.js';
import * as single from '../dist/comparative/single-runs.js';
import { meanOf, quantileOf } from '../dist/statistics/quantiles.js';
import { cellOf, MEASURES_SIMULATED } from './comparative/cells.mjs';
import { decisionsOf } from './comparative/decisions.mjs';

const PHIS = [0, 0.5, 0.8, 0.95];
/** False alarms of 5 % nominal, by correlation. */
const MOST_CALLED = (phi) => (phi > 0.8 ? 0.075 : 0.06);
const COVERED = [0.92, 0.98];
const LEAST_POWER = 0.9;

const { values: flags } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '2000' },
    part: { type: 'string', default: 'same,shifted,events,gates' },
  },
});
const repetitions = Number(flags.repetitions);
const tools = { randomStream, single, several, meanOf, quantileOf, parseGate, judge };

/** One run a side where sectioning serves p50 only, and where it serves p99; several runs with a spread of 5 % between them. */
const SAME = [
  { runs: 1, spread: 0, rows: 2_000 },
  { runs: 1, spread: 0, rows: 20_000 },
  { runs: 3, spread: 0.05, rows: 2_000 },
  { runs: 5, spread: 0.05, rows: 2_000 },
  { runs: 10, spread: 0.05, rows: 2_000 },
];
const SHIFTED = [
  { runs: 5, spread: 0.02, rows: 2_000 },
  { runs: 1, spread: 0, rows: 2_000 },
  { runs: 1, spread: 0, rows: 20_000 },
];
/** Gates whose bound lies between no change and the true one, or above the true one; the rows of neighbours correlated by 0.5. */
const GATES = [
  { runs: 3, spread: 0.05, rows: 2_000, measure: 'p50', gate: 'p50 +5%', shift: 0.1, right: 'fail' },
  { runs: 3, spread: 0.05, rows: 2_000, measure: 'p99', gate: 'p99 +5%', shift: 0, right: 'pass' },
  { runs: 5, spread: 0.05, rows: 2_000, measure: 'p50', gate: 'p50 +5%', shift: 0.1, right: 'fail' },
  { runs: 5, spread: 0.05, rows: 2_000, measure: 'error_rate', gate: 'error_rate +0.2pp', shift: 0, right: 'pass' },
  {
    runs: 5,
    spread: 0,
    rows: 2_000,
    measure: 'error_rate',
    gate: 'error_rate +0.2pp',
    shift: 0,
    moreEvents: 1.5,
    right: 'fail',
  },
  { runs: 1, spread: 0, rows: 500, measure: 'p50', gate: 'p50 +5%', shift: 0.1, right: 'fail' },
  { runs: 1, spread: 0, rows: 2_000, measure: 'p90', gate: 'p90 +5%', shift: 0, right: 'pass' },
  { runs: 1, spread: 0, rows: 2_000, measure: 'p99', gate: 'p99 +5%', shift: 0.1, right: 'fail' },
  { runs: 1, spread: 0, rows: 2_000, measure: 'error_rate', gate: 'error_rate +0.5pp', shift: 0, right: 'pass' },
  {
    runs: 1,
    spread: 0,
    rows: 2_000,
    measure: 'error_rate',
    gate: 'error_rate +0.2pp',
    shift: 0,
    moreEvents: 2,
    right: 'fail',
  },
];

const TIMED = ['p50', 'p90', 'p99', 'mean'];
const SHARES = ['cold_share', 'error_rate'];

if (flags.part.includes('same')) {
  console.log('\nIdentical sides: differences called at p < 5 % (intervals that hold the truth)\n');
  table({ cells: SAME, measures: MEASURES_SIMULATED }, ({ told, called, held }, phi) => {
    const missed = called / told > MOST_CALLED(phi) || !isCovered(held / told);
    return mark(`${percent(called / told)} (${percent(held / told)})`, missed);
  });
}
if (flags.part.includes('shifted')) {
  console.log(
    '\nThe candidate takes 10 % longer: found (intervals of the ratio, of the difference, that hold the truth)\n',
  );
  table({ cells: SHIFTED, measures: TIMED, shift: 0.1 }, found);
}
if (flags.part.includes('events')) {
  console.log(
    '\nTwice as many are cold, or fail: found (intervals of the difference, of the ratio, that hold the truth)\n',
  );
  table({ cells: SHIFTED, measures: SHARES, moreEvents: 2 }, found);
}

function found({ told, better, held, otherTold, otherHeld }) {
  const missed = better / told < LEAST_POWER || !isCovered(held / told) || !isCovered(otherHeld / otherTold);
  const untold = otherTold === told ? '' : ` of ${percent(otherTold / told)}`;
  return mark(
    `${percent(better / told)} (${percent(held / told)}, ${percent(otherHeld / otherTold)}${untold})`,
    missed,
  );
}

function isCovered(share) {
  return share >= COVERED[0] && share <= COVERED[1];
}

if (flags.part.includes('gates')) {
  console.log('\nGates: how often they decide at once, and once they have what they ask for\n');
  console.log(
    '| runs a side | rows a run | gate | truth | at once | asks for (median) | too much to try | then decides | rightly |',
  );
  console.log(`|${'---|'.repeat(9)}`);
  for (const cell of GATES) {
    const { atOnce, asked, decided, rightly, tooMuch } = decisionsOf(
      { ...cell, phi: 0.5 },
      Math.ceil(repetitions / 4),
      tools,
    );
    const truth = cell.moreEvents === undefined ? `+${100 * cell.shift} %` : `×${cell.moreEvents}`;
    const median = asked[Math.floor(asked.length / 2)];
    const all = Math.ceil(repetitions / 4);
    const of = [atOnce / all, tooMuch / all, decided / asked.length, rightly / asked.length].map(percent);
    console.log(
      `| ${cell.runs} | ${cell.rows.toLocaleString('en')} | ${cell.gate} | ${truth} | ${of[0]} | ${median?.toLocaleString('en')} more ${cell.runs === 1 ? 'rows' : 'runs'} | ${of[1]} | ${of[2]} | ${of[3]} |`,
    );
  }
}

function table({ cells, measures, shift = 0, moreEvents = 1 }, shown) {
  console.log(`| runs a side | rows a run | figure | ${PHIS.map((phi) => `φ = ${phi}`).join(' | ')} |`);
  console.log(`|${'---|'.repeat(3 + PHIS.length)}`);
  for (const cell of cells) {
    const byPhi = PHIS.map((phi) => cellOf({ ...cell, phi, shift, moreEvents }, repetitions, tools));
    for (const measure of measures) {
      const counts = byPhi.map((counted, i) => shown(counted[measure], PHIS[i]));
      console.log(`| ${cell.runs} | ${cell.rows.toLocaleString('en')} | ${measure} | ${counts.join(' | ')} |`);
    }
  }
}

function mark(text, missed) {
  return missed ? `**${text}**` : text;
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
