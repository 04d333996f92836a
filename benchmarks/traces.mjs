// A dry run that replays traces of the real ones' size: a day of 2019 (46,000 functions × 1,440 minutes) and the two weeks of
// 2021 (1,980,000 invocations), both synthetic: seconds and peak memory.
// Usage: npm run bench:traces
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const folder = mkdtempSync(join(tmpdir(), 'faaslab-traces-'));
const hash = (text) => createHash('sha256').update(text).digest('hex');
let state = 1;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;

function* day() {
  yield `HashOwner,HashApp,HashFunction,Trigger,${Array.from({ length: 1_440 }, (_, i) => i + 1).join(',')}\n`;
  for (let i = 0; i < 46_000; i += 1) {
    // From one a day to three million, most of them rare.
    const perMinute = 10 ** (6.5 * random() * random()) / 1_440;
    const counts = Array.from({ length: 1_440 }, () => Math.floor(perMinute * (0.5 + random()) + random()));
    yield `${hash(`o${i >> 4}`)},${hash(`a${i >> 2}`)},${hash(`f${i}`)},http,${counts.join(',')}\n`;
  }
}

function* fortnight() {
  yield 'app,func,end_timestamp,duration\n';
  const functions = Array.from({ length: 424 }, (_, i) => `${hash(`a${i % 119}`)},${hash(`f${i}`)}`);
  for (let i = 0; i < 1_980_000; i += 1) {
    const seconds = random() < 0.0865 ? 0 : Math.floor(60_000 * random() * random()) / 1_000;
    yield `${functions[Math.floor(424 * random() ** 3)]},${(i * 1_209_600) / 1_980_000 + seconds},${seconds}\n`;
  }
}

async function measure(name, rows, trace, durationS) {
  const file = join(folder, `${name}.csv`);
  await pipeline(Readable.from(rows), createWriteStream(file));
  const config = join(folder, `${name}.json`);
  const web = { application: 'sleep', distribution: 'Trace', trace: { ...trace, file } };
  const test = { test_name: name, test_duration_in_seconds: durationS, random_seed: 1, blocking_cli: true };
  writeFileSync(config, JSON.stringify({ ...test, instances: { web } }));
  const reportMemory =
    'data:text/javascript,process.on("exit",()=>process.stderr.write(`maxRSS ${process.resourceUsage().maxRSS}\\n`))';
  const began = Date.now();
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', reportMemory, 'WorkloadInvoker', '-c', config, '--dry-run', '--json'],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  const seconds = ((Date.now() - began) / 1_000).toFixed(1);
  const { planned, instances } = JSON.parse(stdout);
  const [megabytes, peak] = [statSync(file).size / 1e6, Number(/maxRSS (\d+)/.exec(stderr)[1]) / 1_024];
  console.log(
    `${name}, ${megabytes.toFixed(0)} MB: ${instances.length} functions, ${planned.toLocaleString('en')} rows: ` +
      `${seconds} s, peak ${peak.toFixed(0)} MB`,
  );
}

await measure(
  '2019, a sample of 100',
  day(),
  { format: 'azure2019', minutes: [540, 560], functions: { sample: 100 } },
  1_200,
);
await measure(
  '2021, the top 20 of an hour',
  fortnight(),
  { format: 'azure2021', window_s: [86_400, 90_000], functions: { top: 20 } },
  3_600,
);
await measure('2021, everything', fortnight(), { format: 'azure2021' }, 1_300_000);
rmSync(folder, { recursive: true });
