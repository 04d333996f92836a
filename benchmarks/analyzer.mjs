// The analyzer over a million activation documents, beside the pandas path of its predecessor over the same documents: time
// and peak memory of the whole processes, in interleaved rounds, and whether both sides say the same.
// Usage: npm run bench:analyzer -- [--rows 1000000] [--rounds 3]
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { disagreements, disagreementsWithFrame } from './analyzer/agreement.mjs';
import { makeRun } from './analyzer/make-run.mjs';
import { measured } from './analyzer/measured.mjs';

const { values: flags } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
});
const rows = Number(flags.rows);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const analyzer = here('../WorkloadAnalyzer');

const { documents, run, pulled } = await makeRun(join(tmpdir(), 'faaslab-bench-analyzer'), rows);
const python = installedPandas();
const readsDocuments = spawnSync(process.execPath, [analyzer, '--help'], { encoding: 'utf8' }).stdout.includes(
  '--documents',
);
const ways = waysOf().filter(({ left }) => left === undefined);
for (const { name, left } of waysOf()) if (left !== undefined) console.log(`left out: ${name}: ${left}`);

const results = new Map(ways.map(({ name }) => [name, []]));
for (let round = 1; round <= Number(flags.rounds); round += 1) {
  for (const way of ways) {
    way.prepare?.();
    const cost = await measured(way.command, way.args);
    results.get(way.name).push(cost);
    way.said = way.figures(cost);
    process.stderr.write(`round ${round}: ${way.name}: ${cost.seconds.toFixed(1)} s\n`);
  }
}
print();

function waysOf() {
  const analyze = (directory, ...more) => ({
    command: process.execPath,
    args: [analyzer, '--run', directory, ...more],
    figures: () => JSON.parse(readFileSync(join(directory, 'analysis.json'), 'utf8')),
    prepare: () => asBefore(directory),
  });
  return [
    {
      name: 'documents → Parquet, analysis, report',
      left: readsDocuments ? undefined : 'this version has no --documents',
      ...analyze(run, '--documents', documents, '--report'),
    },
    { name: 'in Parquet already: analysis', ...analyze(pulled) },
    { name: 'in Parquet already: analysis, report', ...analyze(pulled, '--report') },
    {
      name: 'pandas: documents → frame, figures',
      left: python === null ? 'pandas cannot be had here (benchmarks/analyzer/install-pandas.sh)' : undefined,
      command: python,
      args: ['-B', here('./analyzer/frame.py'), documents],
      figures: ({ stdout }) => JSON.parse(stdout),
    },
  ];
}

/** A run directory as if nobody had analysed it: an analysis writes the manifest and, from documents, the activations. */
function asBefore(directory) {
  const manifest = join(directory, 'manifest.json');
  const kept = `${manifest}.kept`;
  if (!existsSync(kept)) copyFileSync(manifest, kept);
  copyFileSync(kept, manifest);
  for (const name of ['analysis.json', 'report.html', 'analyzer.log']) rmSync(join(directory, name), { force: true });
  if (directory === run) rmSync(join(run, 'activations.parquet'), { force: true });
}

function installedPandas() {
  const { status, stdout, stderr } = spawnSync('bash', [here('./analyzer/install-pandas.sh')], { encoding: 'utf8' });
  if (status !== 0) process.stderr.write(stderr);
  return status === 0 ? stdout.trim() : null;
}

function print() {
  const median = (name, read) => {
    const sorted = results
      .get(name)
      .map(read)
      .toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  };
  const bytes = statSync(documents).size;
  console.log(
    `${rows.toLocaleString('en')} activations, ${(bytes / 1e6).toFixed(0)} MB of documents (${(bytes / rows).toFixed(0)} bytes each); ` +
      `${availableParallelism()} cores, Node ${process.version}; median of ${flags.rounds} rounds\n`,
  );
  console.log('| | wall s | CPU s | peak MB | pandas takes |\n|---|---|---|---|---|');
  const pandas = ways.find(({ command }) => command === python)?.name;
  for (const { name } of ways) {
    const seconds = median(name, (cost) => cost.seconds);
    const cpuS = median(name, (cost) => cost.cpuS);
    const peak = median(name, (cost) => cost.peakBytes) / 2 ** 20;
    const ratio =
      pandas === undefined || name === pandas
        ? ''
        : `${(median(pandas, (cost) => cost.seconds) / seconds).toFixed(1)} ×`;
    console.log(`| ${name} | ${seconds.toFixed(1)} | ${cpuS.toFixed(1)} | ${peak.toFixed(0)} | ${ratio} |`);
  }
  const analyses = ways.filter(({ name }) => name !== pandas);
  const frame = ways.find(({ name }) => name === pandas)?.said;
  const faults = [
    ...analyses
      .slice(1)
      .flatMap(({ name, said }) => disagreements(analyses[0].said, said).map((fault) => `${name}: ${fault}`)),
    ...(frame === undefined ? [] : disagreementsWithFrame(analyses[0].said, frame).map((fault) => `pandas: ${fault}`)),
  ];
  const sides = frame === undefined ? 'the ways' : 'the ways and pandas';
  console.log(faults.length === 0 ? `\n${sides} agree on every figure compared, to 1e-9` : `\n${faults.join('\n')}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
