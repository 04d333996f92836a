// The comparison of many archives: time, processor time and peak memory of the whole program, by the number of archives.
// Usage: npm run bench:comparative -- [--archives 50,100,200] [--rows 100000] [--rounds 3] [--report]
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measured } from './analyzer/measured.mjs';
import { firstOf, makeArchives } from './archives/make-archives.mjs';

const { values: flags } = parseArgs({
  options: {
    archives: { type: 'string', default: '50,100,200' },
    rows: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    report: { type: 'boolean', default: false },
  },
});
const counts = flags.archives.split(',').map(Number);
const rows = Number(flags.rows);
const program = fileURLToPath(new URL('../ComparativeAnalyzer', import.meta.url));
const folder = join(tmpdir(), 'faaslab-bench-archives');
const root = await makeArchives(folder, Math.max(...counts), rows);

const ways = [
  { name: 'compared', more: ['--json'] },
  ...(flags.report
    ? [{ name: 'compared, with page and pictures', more: ['-p', '--report', '--out', join(folder, 'out')] }]
    : []),
];
console.log('| archives | rows | | time s | processor s | peak memory MB |');
console.log('|--:|--:|---|--:|--:|--:|');
for (const count of counts) {
  const archive = firstOf(root, count);
  for (const { name, more } of ways) {
    const rounds = [];
    for (let round = 0; round < Number(flags.rounds); round += 1) {
      rounds.push(await measured(process.execPath, [program, '--archive', archive, ...more]));
    }
    const best = (of) => Math.min(...rounds.map(of));
    console.log(
      `| ${count} | ${(count * rows).toLocaleString('en')} | ${name} | ${best(({ seconds }) => seconds).toFixed(1)} | ${best(({ cpuS }) => cpuS).toFixed(1)} | ${(best(({ peakBytes }) => peakBytes) / 1e6).toFixed(0)} |`,
    );
  }
}
