// How often comparisons of two sides call a difference where there is none, how often their intervals hold the true one,
// and how often a true one is found: the tables of docs/statistics.md.
// Usage: npm run sim:comparative -- [--repetitions 2000] [--part same|shifted]
import { parseArgs } from 'node:util';
import { randomStream } from '../dist/common/random.js';
import * as several from '../dist/comparative/several-runs.js';
import * as single from '../dist/comparative/single-runs.js';
import { meanOf, quantileOf } from '../dist/statistics/quantiles.js';
import { cellOf, MEASURES_SIMULATED } from './comparative/cells.mjs';

const PHIS = [0, 0.5, 0.8, 0.95];
/** False alarms of 5 % nominal, by correlation. */
const MOST_CALLED = (phi) => (phi > 0.8 ? 0.075 : 0.06);
const COVERED = [0.92, 0.98];
const LEAST_POWER = 0.9;

const { values: flags } = parseArgs({
  options: { repetitions: { type: 'string', default: '2000' }, part: { type: 'string', default: 'same,shifted' } },
});
const repetitions = Number(flags.repetitions);
const tools = { randomStream, single, several, meanOf, quantileOf };

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

if (flags.part.includes('same')) {
  console.log('\nIdentical sides: differences called at p < 5 % (intervals that hold the truth)\n');
  table(SAME, 0, ({ told, called, held }, phi) => {
    const missed = called / told > MOST_CALLED(phi) || held / told < COVERED[0] || held / told > COVERED[1];
    return mark(`${percent(called / told)} (${percent(held / told)})`, missed);
  });
}
if (flags.part.includes('shifted')) {
  console.log('\nThe candidate takes 10 % longer: found (intervals that hold the truth)\n');
  table(SHIFTED, 0.1, ({ told, better, held }) => {
    const missed = better / told < LEAST_POWER || held / told < COVERED[0] || held / told > COVERED[1];
    return mark(`${percent(better / told)} (${percent(held / told)})`, missed);
  });
}

function table(cells, shift, shown) {
  console.log(`| runs a side | rows a run | figure | ${PHIS.map((phi) => `φ = ${phi}`).join(' | ')} |`);
  console.log(`|${'---|'.repeat(3 + PHIS.length)}`);
  for (const cell of cells) {
    const byPhi = PHIS.map((phi) => cellOf({ ...cell, phi, shift }, repetitions, tools));
    for (const measure of MEASURES_SIMULATED) {
      if (shift > 0 && !(byPhi[0][measure].timed ?? false)) continue;
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
