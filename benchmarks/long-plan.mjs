// A dry run of 100 million rows: seconds and peak memory, beside one of a hundredth of its length.
// Usage: npm run bench:plan
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'faaslab-plan-'));
const reportMemory =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(`maxRSS ${process.resourceUsage().maxRSS}\\n`))';

for (const durationS of [100, 10_000]) {
  const config = join(folder, `${durationS}.json`);
  const stream = (distribution) => ({ application: 'hello', distribution, rate: 5_000 });
  const instances = { random: stream('Poisson'), even: stream('Uniform') };
  writeFileSync(
    config,
    JSON.stringify({
      test_name: 'long',
      test_duration_in_seconds: durationS,
      random_seed: 1,
      blocking_cli: true,
      instances,
    }),
  );
  const began = Date.now();
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', reportMemory, 'WorkloadInvoker', '-c', config, '--dry-run', '--json'],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  const seconds = (Date.now() - began) / 1000;
  const { planned } = JSON.parse(stdout);
  const megabytes = Number(/maxRSS (\d+)/.exec(stderr)[1]) / 1024;
  console.log(`${planned.toLocaleString('en')} rows: ${seconds.toFixed(1)} s, peak ${megabytes.toFixed(0)} MB`);
}
rmSync(folder, { recursive: true });
