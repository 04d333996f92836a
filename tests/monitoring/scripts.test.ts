import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
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

test('of what a script says only the last line is repeated, and only where it tells of its parts', async () => {
  const message = async (text: string): Promise<string> => {
    const script = scriptIn(emptyFolder(), `${text}\nexit 1\n`);
    return (await (await startScript('runtime_script', script, placeIn(emptyFolder()))).end(10_000)).message as string;
  };
  const before = 'it ended with exit code 1';
  const after = `; its output: monitors/${hostname()}/monitor.sh.log`;
  expect(await message('echo key=hunter2')).toBe(`${before}${after}`);
  expect(await message('echo monitors: cgtop ran; echo key=hunter2')).toBe(`${before}${after}`);
  const parts = 'monitors: perf: no right; cgtop ran';
  expect(await message(`echo "${parts}" >&2; echo`)).toBe(`${before} (perf: no right; cgtop ran)${after}`);
  // Of a long log the end is read; what would act on a terminal does not pass.
  const long = `head -c 100000 /dev/zero | tr '\\0' x; printf '\\nmonitors: a\\033[2Jb\\n'`;
  expect(await message(long)).toBe(`${before} (${String.raw`a\u001b[2Jb`})${after}`);
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
  expect(await (await start()).end(60)).toMatchObject({
    status: 'outlived',
    message: expect.stringMatching(/^it was still running after 0\.001 min and was ended; /) as string,
  });
  expect(await (await start()).end(60_000, AbortSignal.abort())).toMatchObject({
    status: 'interrupted',
    message: expect.stringMatching(/^it was interrupted and was ended; /) as string,
  });
});

test('a runtime script that an interruption ends has not outlived the test', async () => {
  const running = await startScript('runtime_script', scriptIn(emptyFolder(), 'sleep 600\n'), placeIn(emptyFolder()));
  expect(await running.end(60_000, AbortSignal.abort())).toMatchObject({
    status: 'interrupted',
    message: expect.stringMatching(/^it was still running when the run was interrupted and was ended; /) as string,
  });
});

test('a post script does not begin after an interruption', async () => {
  const folder = emptyFolder();
  const place = placeIn(emptyFolder());
  const monitors = await startMonitors(UNMONITORED, place);
  await monitors.runPost(scriptIn(folder, 'touch began\n'), 1_000, AbortSignal.abort());
  expect(monitors.recorded({ monotonicMs: 0, epochMs: 0 }).monitors).toMatchObject([
    {
      role: 'post_script',
      status: 'interrupted',
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
