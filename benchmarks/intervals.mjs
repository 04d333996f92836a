// How often 95 % intervals hold the truth, on simulated latencies whose truth is known: the table of docs/statistics.md.
// Usage: npm run sim:intervals -- [--repetitions 2000] [--rows 100,399,…] [--cold 0.02,0]
import { parseArgs } from 'node:util';
import { randomStream } from '../dist/common/random.js';
import { estimateMean, estimateQuantile } from '../dist/statistics/intervals.js';
import { coverageOf } from './intervals/coverage.mjs';

const PHIS = [0, 0.5, 0.8, 0.95];
const FIGURES = ['mean', 'p50', 'p90', 'p99'];
/** Within these an interval counts as right, up to a correlation of 0.8. */
const BAR = [0.92, 0.98];

const { values: flags } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '2000' },
    // Where intervals begin, and either side of where sectioning takes over.
    rows: { type: 'string', default: '100,200,300,399,400,1000,1999,2000,5000,19999,20000' },
    cold: { type: 'string', default: '0.02,0' },
  },
});
const repetitions = Number(flags.repetitions);
const statistics = { estimateMean, estimateQuantile, randomStream };
let missed = 0;

for (const coldShare of flags.cold.split(',').map(Number)) {
  const cells = new Map(FIGURES.map((figure) => [figure, []]));
  for (const rows of flags.rows.split(',').map(Number)) {
    const byPhi = PHIS.map((phi) => coverageOf({ rows, phi, coldShare }, repetitions, statistics));
    for (const figure of FIGURES) {
      if (byPhi[0][figure] === undefined) continue;
      const shares = byPhi.map((coverage) => coverage[figure].held / repetitions);
      cells.get(figure).push({ rows, method: byPhi[0][figure].method, shares });
    }
    process.stderr.write(`${rows} rows, ${coldShare} cold\n`);
  }
  console.log(`\n${coldShare * 100} % cold starts, ${repetitions} runs a cell\n`);
  console.log(
    `| figure | rows | method | ${PHIS.map((phi) => `φ = ${phi}`).join(' | ')} |\n|${'---|'.repeat(3 + PHIS.length)}`,
  );
  for (const [figure, lines] of cells) {
    for (const { rows, method, shares } of lines) {
      console.log(`| ${figure} | ${rows.toLocaleString('en')} | ${method} | ${shares.map(shown).join(' | ')} |`);
    }
  }
}
console.log(`\n${missed} cells at φ ≤ 0.8 outside ${BAR.map((share) => share * 100).join('–')} %`);

function shown(share, at) {
  const misses = share < BAR[0] || share > BAR[1];
  if (misses && PHIS[at] <= 0.8) missed += 1;
  const percent = `${(100 * share).toFixed(1)} %`;
  return misses ? `**${percent}**` : percent;
}
