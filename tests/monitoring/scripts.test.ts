import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { readStart } from '../../monitoring/parsers/start-file.js';
import { startMonitors } from '../../monitoring/monitors.js';
import { startScript } from '../../monitoring/scripts.js';
import { emptyFolder } from '../support/programs.js';
import { UNMONITORED } from '../support/workloads.js';
import { LEAVE_A_ZOMBIE, PERL } from '../support/zombies.js';

function scriptIn(folder: string, text: string, name = 'monitor.sh') {
  writeFileSync(join(folder, name), text);
  return { path: join(folder, name), faasRoot: folder };
}

function placeIn(runDirectory: string, durationS = 1) {
  return { runDirectory, folder: join('monitors', hostname()), durationS, stop: new AbortController().signal };
}

/** Where a script of a run works. */
function monitorFolder(runDirectory: string): string {
  return join(runDirectory, 'monitors', hostname());
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a script gets whole seconds, its root and the run, in a folder of its own', async () => {
  const folder = emptyFolder();
  const runDirectory = emptyFolder();
  const script = scriptIn(folder, 'echo "$# $1 $FAAS_ROOT $FAASLAB_RUN_DIR $PWD"\necho to-stderr >&2\n');
  const outcome = await (await startScript('runtime_script', script, placeIn(runDirectory, 14.2))).end(10_000);
  expect(outcome).toMatchObject({ role: 'runtime_script', script: script.path, status: 'ok', message: null });
  const log = readFileSync(join(monitorFolder(runDirectory), 'monitor.sh.log'), 'utf8');
  expect(log).toBe(`1 15 ${folder} ${runDirectory} ${monitorFolder(runDirectory)}\nto-stderr\n`);
});

test('what a script removes by relative paths is only its own', async () => {
  const folder = emptyFolder();
  const runDirectory = emptyFolder();
  writeFileSync(join(folder, 'mine.out'), 'kept');
  writeFileSync(join(runDirectory, 'test_metadata.out'), 'kept');
  const script = scriptIn(folder, 'touch stale.out\nrm *.out\n');
  await (await startScript('runtime_script', script, placeIn(runDirectory, 1))).end(10_000);
  expect(readFileSync(join(folder, 'mine.out'), 'utf8')).toBe('kept');
  expect(readFileSync(join(runDirectory, 'test_metadata.out'), 'utf8')).toBe('kept');
  expect(readdirSync(monitorFolder(runDirectory))).toEqual(['monitor.sh.log']);
});

test('a script that fails is reported with its exit code and where its output is', async () => {
  const script = scriptIn(emptyFolder(), 'exit 7\n');
  const runDirectory = emptyFolder();
  const outcome = await (await startScript('post_script', script, placeIn(runDirectory, 1))).end(10_000);
  expect(outcome.status).toBe('failed');
  expect(outcome.message).toBe(`it ended with exit code 7; its output: monitors/${hostname()}/monitor.sh.log`);
});

test('a script that outlives the test is ended with everything that it started', async () => {
  const runDirectory = emptyFolder();
  const text = 'sleep 600 & echo $! >child.pid\ntrap "" TERM\nsleep 600 & wait\nwhile :; do sleep 600; done\n';
  const running = await startScript('runtime_script', scriptIn(emptyFolder(), text), placeIn(runDirectory, 1));
  const pidFile = join(monitorFolder(runDirectory), 'child.pid');
  await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').trim() !== '').toBe(true);
  const outcome = await running.end(0);
  expect(outcome).toMatchObject({
    status: 'outlived',
    message: expect.stringMatching(/^it was still running/) as string,
  });
  const child = Number(readFileSync(pidFile, 'utf8'));
  await expect.poll(() => isAlive(child)).toBe(false);
});

test('a script whose tools run on in the background is not over before they are', async () => {
  const runDirectory = emptyFolder();
  const script = scriptIn(emptyFolder(), '(sleep 0.4; echo done >tool.out) &\n');
  const outcome = await (await startScript('runtime_script', script, placeIn(runDirectory, 1))).end(10_000);
  expect(outcome.status).toBe('ok');
  expect(readFileSync(join(monitorFolder(runDirectory), 'tool.out'), 'utf8')).toBe('done\n');
});

test.skipIf(PERL === undefined)('what ended in a script and nobody waited for does not keep it running', async () => {
  const runDirectory = emptyFolder();
  const running = await startScript('runtime_script', scriptIn(emptyFolder(), LEAVE_A_ZOMBIE), placeIn(runDirectory));
  await running.ended;
  const holder = Number(readFileSync(join(monitorFolder(runDirectory), 'holder.pid'), 'utf8'));
  onTestFinished(() => void process.kill(holder, 'SIGKILL'));
  expect(await running.end(5_000)).toMatchObject({ status: 'ok', message: null });
});

test('a post script that lasts too long, or is interrupted, says so', async () => {
  const place = placeIn(emptyFolder());
  const start = () => startScript('post_script', scriptIn(emptyFolder(), 'sleep 600\n'), place);
  expect((await (await start()).end(60)).message).toMatch(/^it was still running after 0\.001 min and was ended; /);
  expect((await (await start()).end(60_000, AbortSignal.abort())).message).toMatch(
    /^it was interrupted and was ended; /,
  );
});

test('a post script does not begin after an interruption', async () => {
  const folder = emptyFolder();
  const place = placeIn(emptyFolder());
  const monitors = await startMonitors(UNMONITORED, place);
  await monitors.runPost(scriptIn(folder, 'touch began\n'), 1_000, AbortSignal.abort());
  expect(monitors.recorded({ monotonicMs: 0, epochMs: 0 }).monitors).toMatchObject([
    {
      role: 'post_script',
      status: 'failed',
      message: 'it was not started: an interruption came before',
      start_ms: null,
    },
  ]);
  expect(existsSync(monitorFolder(place.runDirectory))).toBe(false);
});

test('a script that cannot be started harms nothing', async () => {
  const runDirectory = emptyFolder();
  writeFileSync(join(runDirectory, 'monitors'), 'a file in the way');
  const outcome = await (
    await startScript('runtime_script', scriptIn(emptyFolder(), ''), placeIn(runDirectory, 1))
  ).end(0);
  expect(outcome).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/^it could not be started/) as string,
  });
});

test('a config without scripts has no outcomes', async () => {
  const place = placeIn(emptyFolder());
  const monitors = await startMonitors(UNMONITORED, place);
  await monitors.endRuntime(0);
  expect(monitors.recorded({ monotonicMs: 0, epochMs: 0 })).toEqual({ monitors: [], monitored_hosts: [] });
  expect(readdirSync(place.runDirectory)).toEqual([]);
});

const SHIPPED = ['RuntimeMonitoring.sh', 'Perf.sh', 'PQOSMon.sh', 'Blktrace.sh', 'Cgtop.sh', 'Sampler.sh'];
const shipped = (name: string, args: string[], env: Record<string, string> = {}, cwd = emptyFolder()) =>
  spawnSync('bash', [join(packageRoot, 'monitoring', name), ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH']!, ...env },
  });

test.each(SHIPPED)('%s explains itself and refuses what is no duration', (name) => {
  const help = shipped(name, ['--help']);
  expect([help.status, help.stdout.startsWith(`${name} SECONDS`)]).toEqual([0, true]);
  expect(shipped(name, []).status).toBe(2);
  expect(shipped(name, ['1; touch evil']).status).toBe(2);
});

test('no shipped script asks for sudo', () => {
  for (const name of SHIPPED) {
    expect(readFileSync(join(packageRoot, 'monitoring', name), 'utf8')).not.toMatch(/\bsudo\b/);
  }
});

/** A folder of stand-ins for tools, so that every machine sees the same ones. */
function tools(given: Record<string, string>): string {
  const folder = emptyFolder();
  for (const [name, text] of Object.entries(given)) {
    writeFileSync(join(folder, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  }
  return folder;
}

test('RuntimeMonitoring starts the monitors that are named, each with the epoch at its start', () => {
  const before = Date.now();
  const path = tools({
    perf: 'for a; do [ "$prev" = -o ] && echo counted >"$a"; prev=$a; done',
    'systemd-cgtop': 'echo groups',
  });
  const cwd = emptyFolder();
  const ended = shipped(
    'RuntimeMonitoring.sh',
    ['1'],
    { PATH: `${path}:${process.env['PATH']!}`, FAASLAB_MONITORS: 'perf, cgtop' },
    cwd,
  );
  expect([ended.status, ended.stderr]).toEqual([0, '']);
  expect(readdirSync(cwd).toSorted()).toEqual(['cgtop.start', 'perf-mon.out', 'perf.start', 'systemd-cgtop.out']);
  expect(readFileSync(join(cwd, 'systemd-cgtop.out'), 'utf8')).toBe('groups\n');
  for (const tool of ['perf', 'cgtop']) {
    const { epochMs: startMs, intervalMs } = readStart(readFileSync(join(cwd, `${tool}.start`), 'utf8'))!;
    expect(intervalMs).toBe(1_000);
    expect(startMs).toBeGreaterThanOrEqual(before);
    expect(startMs).toBeLessThanOrEqual(Date.now() + 1);
  }
});

test('perf that is not permitted says which right is missing, and is left out where nobody asked for it', () => {
  const path = `${tools({ perf: 'exit 255', 'systemd-cgtop': 'exit 0' })}:${process.env['PATH']!}`;
  const asked = shipped('Perf.sh', ['1'], { PATH: path });
  expect(asked.status).toBe(1);
  expect(asked.stderr).toMatch(/needs CAP_PERFMON .* kernel\.perf_event_paranoid/);
  const unasked = shipped('RuntimeMonitoring.sh', ['1'], { PATH: path });
  expect(unasked.status).toBe(0);
  expect(unasked.stdout).toMatch(/perf is not installed or not permitted: left out/);
});

test('an unknown monitor and one that fails make the script fail, the others still run', () => {
  const path = `${tools({ 'systemd-cgtop': 'echo groups' })}:${process.env['PATH']!}`;
  const cwd = emptyFolder();
  const env = { PATH: path, FAASLAB_MONITORS: 'top blktrace cgtop' };
  const ended = shipped('RuntimeMonitoring.sh', ['1'], env, cwd);
  expect(ended.status).not.toBe(0);
  expect(ended.stderr).toMatch(/there is no monitor "top"; known: perf pqos blktrace cgtop sampler/);
  expect(ended.stderr).toMatch(/Blktrace\.sh needs a block device/);
  expect(readFileSync(join(cwd, 'systemd-cgtop.out'), 'utf8')).toBe('groups\n');
});

test('where neither perf is permitted nor cgtop installed, the sampler runs', () => {
  // Only what the scripts themselves need is found.
  const path = tools({ perf: 'exit 255' });
  for (const name of ['bash', 'dirname', 'date', 'getconf', 'rm', 'cat'])
    symlinkSync(spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim(), join(path, name));
  const cwd = emptyFolder();
  const ended = shipped('RuntimeMonitoring.sh', ['1'], { PATH: path }, cwd);
  expect([ended.status, ended.stderr]).toEqual([0, '']);
  expect(readdirSync(cwd).toSorted()).toEqual(['sampler.ndjson', 'sampler.start']);
});

test('a script of the user’s own root runs in place of ours of the same name; what the root lacks is ours', () => {
  const root = emptyFolder();
  mkdirSync(join(root, 'monitoring'));
  writeFileSync(join(root, 'monitoring', 'Perf.sh'), 'echo mine >perf-mon.out\n');
  const path = `${tools({ 'systemd-cgtop': 'echo groups' })}:${process.env['PATH']!}`;
  const cwd = emptyFolder();
  const env = { PATH: path, FAASLAB_MONITORS: 'perf cgtop', FAAS_ROOT: root };
  expect(shipped('RuntimeMonitoring.sh', ['1'], env, cwd).status).toBe(0);
  expect(readFileSync(join(cwd, 'perf-mon.out'), 'utf8')).toBe('mine\n');
  expect(readFileSync(join(cwd, 'systemd-cgtop.out'), 'utf8')).toBe('groups\n');
});
