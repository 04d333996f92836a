import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sampler } from '../../monitoring/parsers/sampler.js';
import { emptyFolder } from '../support/programs.js';
import { readText, rowsOf } from './parsers/read-monitor.js';
import { groupTree, SAMPLER, sampled, samplerEnv, samplesIn, sampling, tableOf } from './sampling.js';

test.each([['99'], ['10001'], ['x'], ['-5'], ['']])(
  'an interval of %j is refused before anything is written',
  (interval) => {
    const { status, cwd, stderr } = sampled(['1', interval]);
    if (interval === '') return expect(status).toBe(0);
    expect([status, readdirSync(cwd)]).toEqual([2, []]);
    expect(stderr).toMatch(/^Sampler\.sh: the interval must be 100 to 10000 \(ms\), not/);
  },
);

test('samples lie on a grid of their interval, and their CPU adds up to 100 %', async () => {
  const { status, text } = sampled(['2', '200']);
  expect(status).toBe(0);
  const read = await readText(sampler, text);
  expect(read.count.unknown).toBe(0);
  const rows = rowsOf(read, 'sampler');
  expect(rows.length).toBeGreaterThan(1);
  const [first] = rows[0]!;
  // Late at most by itself: each lies behind its own place, and before the next one unless that was missed.
  const places = rows.map(([time]) => Math.floor((time - first) / 200 + 1e-3));
  expect(new Set(places).size).toBe(rows.length);
  expect(places.at(-1)).toBeLessThanOrEqual(10);
  for (const [, values] of rows.slice(1)) {
    const modes = ['user', 'nice', 'system', 'irq', 'steal', 'iowait', 'idle'].map((mode) => values[`cpu_${mode}_pct`]);
    // The kernel lets idle and iowait go back now and then: then the two are null.
    if (modes.every((share) => share !== null))
      expect(modes.reduce<number>((sum, share) => sum + (share as number), 0)).toBeCloseTo(100, 6);
  }
});

test('to standard output it needs no file and no folder, also read from standard input itself', async () => {
  const cwd = emptyFolder();
  const input = openSync(SAMPLER, 'r');
  const { status, stdout } = spawnSync('bash', ['-s', '--', '1', '200', '-'], {
    cwd,
    encoding: 'utf8',
    env: samplerEnv(),
    stdio: [input, 'pipe', 'pipe'],
  });
  expect(status).toBe(0);
  expect(readdirSync(cwd)).toEqual([]);
  expect((await tableOf(stdout, 'sampler')).length).toBeGreaterThan(1);
});

test('it ends with its input where it is told to, after a whole line', async () => {
  const child = spawn('bash', [SAMPLER, '600', '100', '-'], { env: samplerEnv({ FAASLAB_SAMPLER_UNTIL_EOF: '1' }) });
  let text = '';
  child.stdout.on('data', (piece: Buffer) => (text += piece.toString()));
  await expect.poll(() => text.split('\n').length, { timeout: 20_000 }).toBeGreaterThan(3);
  const closed = once(child, 'close');
  child.stdin.end();
  expect(await closed).toEqual([0, null]);
  expect(text.endsWith('}\n')).toBe(true);
});

test.each(['SIGTERM', 'end of input'])(
  'told to end by %s it takes one more sample, of groups too, no sooner than 100 ms after the last',
  async (how) => {
    // 50 groups are read at most every 50 × 25 ms, and the interval of 10 s would end long after this test.
    const groups = Array.from({ length: 50 }, (_, i) => `system.slice/docker-${String(i).padStart(64, '0')}.scope`);
    const { child, samples, text } = sampling(10_000, {
      FAASLAB_CGROUP: groupTree(groups),
      ...(how === 'SIGTERM' ? {} : { FAASLAB_SAMPLER_UNTIL_EOF: '1' }),
    });
    await expect.poll(() => samples().length, { timeout: 20_000 }).toBe(1);
    const closed = once(child, 'close');
    const toldUs = Date.now() * 1_000;
    if (how === 'SIGTERM') child.kill('SIGTERM');
    else child.stdin.end();
    expect(await closed).toEqual([0, null]);
    const [first, last, ...more] = samples();
    expect(more).toEqual([]);
    expect(last!.epoch_us).toBeGreaterThanOrEqual(toldUs);
    expect(last!.epoch_us - first!.epoch_us).toBeGreaterThanOrEqual(100_000);
    expect(last!.groups!.length).toBe(50);
    expect(text().endsWith('}\n')).toBe(true);
  },
);

test('where the grid does not meet the end of the test, the last sample does', () => {
  const { status, text } = sampled(['1', '10000']);
  expect(status).toBe(0);
  const [first, last, ...more] = samplesIn(text);
  expect(more).toEqual([]);
  // 1 s, by an uptime in hundredths of a second.
  expect(last!.epoch_us - first!.epoch_us).toBeGreaterThanOrEqual(980_000);
});

test('a process that says whom it serves has the CPU that it uses, whatever the name', async () => {
  const names = ['plain', `it's "odd"`, String.raw`back\slash`, 'ünï cödé ☂', 'two\nlines'];
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'burn.cjs'), 'for (;;);');
  const workers = names.map((name) => {
    const worker = spawn(process.execPath, ['burn.cjs', `--faaslab-function=${name}`], { cwd, stdio: 'ignore' });
    onTestFinished(() => void worker.kill('SIGKILL'));
    return worker;
  });
  const ticksOf = (pid: number): number => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  for (const { pid } of workers) await expect.poll(() => ticksOf(pid!), { timeout: 20_000 }).toBeGreaterThan(0);
  const before = workers.map(({ pid }) => ticksOf(pid!));
  const { text } = sampled(['2', '100']);
  const after = workers.map(({ pid }) => ticksOf(pid!));
  const table = await tableOf(text, 'sampler_workers');
  for (const [k, name] of names.entries()) {
    const rows = table.filter((row) => row['function'] === name) as Record<'cpu_pct' | 'time' | 'processes', number>[];
    expect(rows.length).toBeGreaterThan(1);
    let cpuS = 0;
    for (const [i, { cpu_pct, time }] of rows.entries())
      if (i > 0) cpuS += (cpu_pct / 100) * ((time - rows[i - 1]!.time) / 1_000);
    // What the rates add up to is what the kernel counted between the first and the last sample, in ticks of 10 ms …
    const counted = samplesIn(text).flatMap((sample) =>
      sample.workers.filter(({ pid }) => pid === workers[k]!.pid).map(({ utime, stime }) => utime + stime),
    );
    expect(cpuS).toBeCloseTo((counted.at(-1)! - counted[0]!) / 100, 6);
    // … which lies between what it counted before and after.
    expect(counted[0]).toBeGreaterThanOrEqual(before[k]!);
    expect(counted.at(-1)).toBeLessThanOrEqual(after[k]!);
    expect(cpuS).toBeGreaterThan(0);
    expect(rows.at(-1)!.processes).toBe(1);
  }
});

const ID = 'ab12'.repeat(16);
const LAYOUTS = {
  'docker, systemd': `system.slice/docker-${ID}.scope`,
  'docker, cgroupfs': `docker/${ID}`,
  'podman, systemd': `machine.slice/libpod-${ID}.scope`,
  'containerd of a pod, systemd': `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podaa_bb.slice/cri-containerd-${ID}.scope`,
  'CRI-O of a guaranteed pod': `kubepods.slice/kubepods-podcc_dd.slice/crio-${ID}.scope`,
  'a pod, cgroupfs': `kubepods/besteffort/pod1234-abcd/${ID}`,
};

test('containers of each runtime and driver are groups', async () => {
  const { text } = sampled(['1', '500'], { FAASLAB_CGROUP: groupTree(Object.values(LAYOUTS)) });
  const rows = await tableOf(text, 'sampler_groups');
  for (const [layout, group] of Object.entries(LAYOUTS)) {
    const own = rows.filter((row) => row['group'] === group);
    expect(own.length, layout).toBeGreaterThan(1);
    // Its counters stand still: no rate but 0, from the second time on.
    expect(own[0]).toMatchObject({ cpu_pct: null, memory_bytes: 1_048_576 });
    expect(own.at(-1)).toMatchObject({ cpu_pct: 0, memory_bytes: 1_048_576, psi_cpu_some_pct: 0 });
  }
});

test('names with backslashes stay whole, and a group that cannot be read is nothing', async () => {
  const odd = String.raw`system.slice/docker-x\x2dy.scope`;
  const root = groupTree([odd, `system.slice/docker-${ID}.scope`]);
  rmSync(join(root, `system.slice/docker-${ID}.scope`, 'cpu.stat'));
  const { status, text, stderr } = sampled(['1', '500'], { FAASLAB_CGROUP: root });
  expect([status, stderr]).toEqual([0, '']);
  const names = new Set((await tableOf(text, 'sampler_groups')).map((row) => row['group']));
  expect(names).toContain(odd);
  expect(names).not.toContain(`system.slice/docker-${ID}.scope`);
});

test('of more than 200 groups the others are counted', async () => {
  const groups = Array.from({ length: 230 }, (_, i) => `system.slice/docker-${String(i).padStart(64, '0')}.scope`);
  const { text } = sampled(['1', '1000'], { FAASLAB_CGROUP: groupTree(groups) });
  const told = (await tableOf(text, 'sampler')).map((row) => row['groups_left_out']);
  // The slice itself is one more; it has no files of its own here, so 199 of the 200 that are watched have a row.
  expect(told).toContain(31);
  expect((await tableOf(text, 'sampler_groups')).length).toBe(199);
});

test('a kernel without pressure and without disks gives nulls, not an error', async () => {
  const proc = emptyFolder();
  mkdirSync(join(proc, 'net'));
  writeFileSync(
    join(proc, 'stat'),
    'cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 10 0 10 80 0 0 0 0 0 0\nctxt 5\nprocesses 3\nprocs_running 1\nprocs_blocked 0\n',
  );
  writeFileSync(join(proc, 'loadavg'), '0.50 0.40 0.30 1/100 5\n');
  writeFileSync(join(proc, 'meminfo'), 'MemTotal: 1000 kB\nMemFree: 500 kB\n');
  const { status, stderr, text } = sampled(['1', '500'], { FAASLAB_PROC: proc, FAASLAB_CGROUP: groupTree([]) });
  expect([status, stderr]).toEqual([0, '']);
  expect((await tableOf(text, 'sampler')).at(-1)).toMatchObject({
    cpus: 1,
    load_1m: 0.5,
    psi_cpu_some_pct: null,
    memory_used_bytes: null,
    disk_read_bytes_per_s: null,
    net_receive_bytes_per_s: null,
    context_switches_per_s: 0,
  });
});
