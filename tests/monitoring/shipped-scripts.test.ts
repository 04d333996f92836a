import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { readStart } from '../../monitoring/parsers/start-file.js';
import { emptyFolder } from '../support/programs.js';
import { optionalTool } from '../support/tools.js';

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

// What perf 6.1 says to a user without rights.
const NO_RIGHT = `Error:
Access to performance monitoring and observability operations is limited.
Consider adjusting /proc/sys/kernel/perf_event_paranoid setting to open`;

test.each([
  [
    NO_RIGHT,
    /^Perf\.sh: no right .* needs CAP_PERFMON .* kernel\.perf_event_paranoid <= 0 \(it is .*\); in a container/,
  ],
  ['Error:\nthe kernel is odd', /^Perf\.sh: perf cannot count on all CPUs: the kernel is odd$/m],
  ['', /^Perf\.sh: perf cannot count on all CPUs: it says nothing$/m],
])('perf that says %j is asked why, and left out where nobody asked for it', (says, reason) => {
  const path = `${tools({ perf: `printf %s '${says}' >&2; exit 255`, 'systemd-cgtop': 'exit 0' })}:${process.env['PATH']!}`;
  const asked = shipped('Perf.sh', ['1'], { PATH: path });
  expect(asked.status).toBe(1);
  expect(asked.stderr).toMatch(reason);
  const unasked = shipped('RuntimeMonitoring.sh', ['1'], { PATH: path });
  expect(unasked.status).toBe(0);
  expect(unasked.stdout).toMatch(/perf is not installed or not permitted: left out/);
});

test('an unknown monitor and one that fails make the script fail and are named with the reason, the others still run', () => {
  const path = `${tools({ 'systemd-cgtop': 'echo groups', perf: 'echo odd >&2; exit 255' })}:${process.env['PATH']!}`;
  const cwd = emptyFolder();
  const env = { PATH: path, FAASLAB_MONITORS: 'top blktrace perf cgtop' };
  const ended = shipped('RuntimeMonitoring.sh', ['1'], env, cwd);
  expect(ended.status).toBe(1);
  expect(ended.stderr).toBe(
    'monitors: "top" in FAASLAB_MONITORS is none of perf pqos blktrace cgtop sampler; ' +
      'blktrace: its second argument (FAASLAB_BLKTRACE_DEVICE) must be a block device, e.g. /dev/sda, not ""; ' +
      'perf: perf cannot count on all CPUs: odd; cgtop ran\n',
  );
  expect(readdirSync(cwd).toSorted()).toEqual(['cgtop.start', 'systemd-cgtop.out']);
});

test('a monitor that is ended with the script is named as still running, one that had ended is not', async () => {
  const path = `${tools({ perf: 'exec sleep 600', 'systemd-cgtop': 'echo groups' })}:${process.env['PATH']!}`;
  const root = emptyFolder();
  mkdirSync(join(root, 'monitoring'));
  writeFileSync(join(root, 'monitoring', 'Perf.sh'), 'echo going; exec sleep 600\n');
  const cwd = emptyFolder();
  const child = spawn('bash', [join(packageRoot, 'monitoring', 'RuntimeMonitoring.sh'), '600'], {
    cwd,
    env: { PATH: path, FAASLAB_MONITORS: 'perf cgtop', FAAS_ROOT: root },
    detached: true,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const closed = once(child, 'close');
  const textOf = (name: string): string => (existsSync(join(cwd, name)) ? readFileSync(join(cwd, name), 'utf8') : '');
  await expect
    .poll(() => textOf('systemd-cgtop.out') + textOf('RuntimeMonitoring.perf.log'), { timeout: 20_000 })
    .toBe('groups\ngoing\n');
  // It has written its last line, and may not have ended yet.
  const running = (): string => spawnSync('ps', ['-A', '-o', 'pgid=,args='], { encoding: 'utf8' }).stdout;
  const isCgtop = new RegExp(`^ *${child.pid} .*Cgtop\\.sh`, 'm');
  await expect.poll(running, { timeout: 20_000 }).not.toMatch(isCgtop);
  process.kill(-child.pid!, 'SIGTERM');
  expect(await closed).toEqual([1, null]);
  expect(stderr).toBe('monitors: perf was still running; cgtop ran\n');
  expect(stdout).toMatch(/^perf: going$/m);
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

const SETPRIV = optionalTool('setpriv');

/** What blktrace 2.0 says where the kernel lets nobody read its trace; then it hangs. */
const LOCKED = `printf '%s\\n' 'Thread 0 failed open /sys/kernel/debug/block/sda/trace0: 1/Operation not permitted' \\
  'FAILED to start thread on CPU 0: 1/Operation not permitted' >&2; exec sleep 600`;

// A real blktrace would be refused otherwise on every machine; the device and debugfs are this machine's.
test.skipIf(readableDisk() === undefined).each([
  [LOCKED, /^Blktrace\.sh: the kernel lets nobody read the trace in \/sys\/kernel\/debug: kernel lockdown/m],
  [
    'echo "BLKTRACESETUP(2) /dev/sda failed: 16/Device or resource busy" >&2',
    /^Blktrace\.sh: \/dev\/\w+ is traced already \(blktrace -k -d \/dev\/\w+ ends/m,
  ],
  ['echo "BLKTRACESETUP(2) /dev/sda failed: 25/Inappropriate ioctl for device" >&2', /CONFIG_BLK_DEV_IO_TRACE/],
  ['echo "it failed oddly" >&2', /^Blktrace\.sh: it failed oddly$/m],
])('a blktrace that may not trace says which right is missing, and does not hang (%#)', (blktrace, reason) => {
  const path = `${tools({ blktrace, blkparse: 'exec cat' })}:${process.env['PATH']!}`;
  const ended = shipped('Blktrace.sh', ['0', readableDisk()!], { PATH: path });
  expect(ended.status).toBe(1);
  expect(ended.stderr).toMatch(reason);
});

test.skipIf(SETPRIV === undefined || readableDisk() === undefined)(
  'a user without rights is told that the device needs them',
  () => {
    const path = `${tools({ blktrace: '', blkparse: '' })}:${process.env['PATH']!}`;
    const script = join(packageRoot, 'monitoring', 'Blktrace.sh');
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
    chmodSync(path.split(':')[0]!, 0o755);
    const ended = spawnSync(SETPRIV!, [...nobody, 'bash', '-s', '1', readableDisk()!], {
      encoding: 'utf8',
      env: { PATH: path },
      input: readFileSync(script),
    });
    expect(ended.stderr).toMatch(/^Blktrace\.sh: no right to read \/dev\/\w+: it needs root, or the group of/);
    expect(ended.status).toBe(1);
  },
);

/** A block device that root may open here, where debugfs is mounted too. */
function readableDisk(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/sys/kernel/debug/block')) return undefined;
  return readdirSync('/dev', { withFileTypes: true })
    .filter((entry) => entry.isBlockDevice())
    .map(({ name }) => `/dev/${name}`)
    .find((path) => {
      try {
        closeSync(openSync(path, 'r'));
        return true;
      } catch {
        return false;
      }
    });
}

test.skipIf(existsSync('/dev/cpu/0/msr') || existsSync('/sys/fs/resctrl/info'))(
  'pqos without registers and without resctrl says how either is had',
  () => {
    const ended = shipped('PQOSMon.sh', ['1'], { PATH: `${tools({ pqos: '' })}:${process.env['PATH']!}` });
    expect(ended.status).toBe(1);
    expect(ended.stderr).toMatch(
      /^PQOSMon\.sh: there is no \/dev\/cpu\/0\/msr \(modprobe msr loads it\), and \/sys\/fs\/resctrl is not mounted either/,
    );
    // Nothing is left where the register was looked for.
    expect(existsSync('/dev/cpu/0/msr')).toBe(false);
  },
);
