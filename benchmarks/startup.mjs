// How long `--help` takes against a bare Node, as a ratio: both in turn, so that a machine's drift cancels.
// Usage: npm run bench:startup
import { spawnSync } from 'node:child_process';

const PAIRS = 21;
const LIMIT = 2.6;

function milliseconds(args) {
  const began = process.hrtime.bigint();
  spawnSync(process.execPath, args, { stdio: 'ignore' });
  return Number(process.hrtime.bigint() - began) / 1e6;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

let worst = 0;
for (const program of ['WorkloadInvoker', 'WorkloadAnalyzer', 'ComparativeAnalyzer', 'faaslab']) {
  const ratios = [];
  const times = [];
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    const bare = milliseconds(['-e', '0']);
    const help = milliseconds([program, '--help']);
    // The first pair fills the file cache.
    if (pair > 0) {
      ratios.push(help / bare);
      times.push(help);
    }
  }
  worst = Math.max(worst, median(ratios));
  console.log(
    `${program} --help: ${median(times).toFixed(0)} ms, ${median(ratios).toFixed(2)} × node -e 0 (median of ${PAIRS} pairs)`,
  );
}
console.log(worst < LIMIT ? `all under ${LIMIT} ×` : `over ${LIMIT} ×`);
process.exitCode = worst < LIMIT ? 0 : 1;
