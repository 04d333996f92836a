import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { watchLocalHost } from '../../monitoring/local-host.js';
import { emptyFolder } from '../support/programs.js';
import { UNMONITORED } from '../support/workloads.js';

const place = (runDirectory: string) => ({ runDirectory, durationS: 1, stop: new AbortController().signal });
const samplesIn = (runDirectory: string): string[] => {
  const path = join(runDirectory, 'monitors', hostname(), 'sampler.ndjson');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
};

test('the sampler samples from before the test until the run ends it, to a whole line', async () => {
  const runDirectory = emptyFolder();
  const watch = await watchLocalHost({ ...UNMONITORED, samplerIntervalMs: 100 }, place(runDirectory));
  expect(watch.host.clock).toHaveLength(1);
  // It has begun when the run goes on: the head and a sample, and what follows the last line end.
  const whole = samplesIn(runDirectory);
  expect(whole.length).toBeGreaterThanOrEqual(3);
  expect((JSON.parse(whole[1]!) as { epoch_us: number }).epoch_us / 1_000).toBeLessThanOrEqual(Date.now() + 1);
  // The head and three samples.
  await expect.poll(() => samplesIn(runDirectory).length, { timeout: 20_000 }).toBeGreaterThan(4);
  const endedMs = Date.now();
  await watch.end(5_000);
  expect(watch.outcomes).toMatchObject([{ role: 'sampler', status: 'ok', message: null }]);
  expect(watch.host.clock).toHaveLength(2);
  const lines = samplesIn(runDirectory);
  expect(lines.pop()).toBe('');
  // The end of the test is seen too.
  expect((JSON.parse(lines.at(-1)!) as { epoch_us: number }).epoch_us / 1_000).toBeGreaterThanOrEqual(endedMs);
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  await watch.end(0);
  expect(watch.outcomes).toHaveLength(1);
});

test('a sampler that ends before the run is reported', async () => {
  const runDirectory = emptyFolder();
  // Its place is taken by a folder.
  writeFileSync(join(runDirectory, 'monitors'), '');
  const watch = await watchLocalHost({ ...UNMONITORED, samplerIntervalMs: 100 }, place(runDirectory));
  await watch.end(0);
  expect(watch.outcomes).toMatchObject([{ role: 'sampler', status: 'failed' }]);
});

test('beside the sampler of the run, RuntimeMonitoring starts none that would write the same file', async () => {
  const runDirectory = emptyFolder();
  const script = { path: join(packageRoot, 'monitoring', 'RuntimeMonitoring.sh'), faasRoot: packageRoot };
  process.env['FAASLAB_MONITORS'] = 'sampler';
  onTestFinished(() => void delete process.env['FAASLAB_MONITORS']);
  const config = { ...UNMONITORED, samplerIntervalMs: 100, runtimeScript: script };
  const watch = await watchLocalHost(config, place(runDirectory));
  await watch.end(20_000);
  expect(watch.outcomes).toMatchObject([
    { role: 'sampler', status: 'ok', message: null },
    { role: 'runtime_script', status: 'ok', message: null },
  ]);
  const log = readFileSync(join(runDirectory, 'monitors', hostname(), 'RuntimeMonitoring.sh.log'), 'utf8');
  expect(log).toBe('sampler: the run has one of its own on this host: left out\n');
  expect(JSON.parse(samplesIn(runDirectory)[0]!)).toMatchObject({ faaslab_sampler: 1, interval_ms: 100 });
});

test('neither script nor sampler outlives a process that is killed by SIGKILL', async () => {
  const runDirectory = emptyFolder();
  writeFileSync(join(runDirectory, 'monitor.sh'), 'trap "" TERM HUP\nsleep 600 & echo "$$ $!" >pids\nwait\n');
  const module = pathToFileURL(join(packageRoot, 'dist', 'monitoring', 'local-host.js')).href;
  const script = { path: join(runDirectory, 'monitor.sh'), faasRoot: runDirectory };
  const config = { ...UNMONITORED, samplerIntervalMs: 100, runtimeScript: script };
  const text = `const { watchLocalHost } = await import(${JSON.stringify(module)});
    await watchLocalHost(${JSON.stringify(config)}, { ...${JSON.stringify(place(runDirectory))}, stop: new AbortController().signal });
    setInterval(() => undefined, 1000);`;
  const invoker = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: 'ignore' });
  const pidsFile = join(runDirectory, 'monitors', hostname(), 'pids');
  await expect.poll(() => existsSync(pidsFile) && samplesIn(runDirectory).length > 2, { timeout: 20_000 }).toBe(true);
  const pids = readFileSync(pidsFile, 'utf8').trim().split(' ').map(Number);
  invoker.kill('SIGKILL');
  const alive = () => pids.filter((pid) => existsSync(`/proc/${pid}`) && !isZombie(pid));
  await expect.poll(alive, { timeout: 20_000 }).toEqual([]);
  // Nobody samples any more: the file stays as it is once its writer has gone.
  await expect.poll(() => writersOf(join(runDirectory, 'monitors', hostname(), 'sampler.ndjson'))).toEqual([]);
});

test('with the end of its monitors a run’s guards have ended too', async () => {
  const runDirectory = emptyFolder();
  writeFileSync(join(runDirectory, 'monitor.sh'), 'exit 0\n');
  const script = { path: join(runDirectory, 'monitor.sh'), faasRoot: runDirectory };
  const config = { ...UNMONITORED, samplerIntervalMs: 100, runtimeScript: script };
  const watch = await watchLocalHost(config, place(runDirectory));
  expect(guards()).toHaveLength(2);
  await watch.end(20_000);
  await expect.poll(guards, { timeout: 20_000 }).toEqual([]);
});

/** Guards that this process has started. */
function guards(): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return words[1]?.endsWith('guard.sh') === true && status.includes(`\nPPid:\t${process.pid}\n`);
    } catch {
      // it has ended meanwhile
      return false;
    }
  });
}

test('a script whose starter is killed before its guard knows it never begins', async () => {
  const runDirectory = emptyFolder();
  const script = { path: join(runDirectory, 'monitor.sh'), faasRoot: runDirectory };
  writeFileSync(script.path, 'echo began >began.out\nsleep 600\n');
  const module = pathToFileURL(join(packageRoot, 'dist', 'monitoring', 'local-host.js')).href;
  // SIGKILL at the worst moment: just after the process was made.
  const text = `import childProcess from 'node:child_process';
    import { syncBuiltinESMExports } from 'node:module';
    const { spawn } = childProcess;
    childProcess.spawn = (program, args, options) => {
      const child = spawn(program, args, options);
      if (args.some((one) => one.endsWith('monitor.sh'))) process.kill(process.pid, 'SIGKILL');
      return child;
    };
    syncBuiltinESMExports();
    const { watchLocalHost } = await import(${JSON.stringify(module)});
    await watchLocalHost(${JSON.stringify({ ...UNMONITORED, runtimeScript: script })}, ${JSON.stringify(place(runDirectory))});`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: 'ignore' });
  const [, signal] = (await once(starter, 'exit')) as [null, string];
  expect(signal).toBe('SIGKILL');
  const log = join(runDirectory, 'monitors', hostname(), 'monitor.sh.log');
  expect(existsSync(log)).toBe(true);
  // It has its log open for as long as it is there.
  await expect.poll(() => writersOf(log), { timeout: 20_000 }).toEqual([]);
  expect(existsSync(join(runDirectory, 'monitors', hostname(), 'began.out'))).toBe(false);
});

function isZombie(pid: number): boolean {
  return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

/** Processes that have a file open. */
function writersOf(path: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) => {
        try {
          return readlinkSync(`/proc/${pid}/fd/${fd}`) === path;
        } catch {
          return false;
        }
      });
    } catch {
      return false;
    }
  });
}
