import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countGroups, firstSample, groupTree, put, putGroup, sampling, tree } from './sampling.js';

/** `/proc/diskstats` of these disks, at major 8 and minors from 0 on. */
function diskstats(names: readonly string[]): string {
  return names.map((name, minor) => `   8 ${minor} ${name} 1 0 8 1 1 0 16 1 0 2 2\n`).join('');
}
const HEADING = 'Inter-|   Receive\n face |bytes\n';
function netDev(names: readonly string[]): string {
  return HEADING + names.map((name) => `${name.padStart(6)}: 10 1 0 0 0 0 0 0 20 2 0 0 0 0 0 0\n`).join('');
}
const named = (lines: string[], place: RegExp): string[] => lines.map((line) => place.exec(line)![1]!);
const counted = async (proc: string, sys: string) => {
  const { disks, net } = (await firstSample({ FAASLAB_PROC: proc, FAASLAB_SYS: sys })).sample;
  return { disks: named(disks, / 8 \d+ (\S+)/), cards: named(net, /^ *(\S+):/) };
};

test('the bytes of a disk count once: whole disks, no partitions, nothing that is made of others or lies in memory', async () => {
  const names = ['sda', 'sda1', 'nvme0n1', 'nvme0n1p1', 'dm-0', 'md0', 'loop3', 'ram0', 'zram0', 'sr0', 'cciss/c0d0'];
  const proc = tree({ stat: 'cpu  1 0 1 1 0 0 0 0\n', diskstats: diskstats(names), 'net/dev': netDev(['lo', 'eth0']) });
  // As the kernel lists them: partitions are no folders of /sys/block, and `/` in a name stands there as `!`.
  const sys = tree({
    'block/sda/': '',
    'block/nvme0n1/': '',
    'block/dm-0/slaves/sda1/': '',
    'block/md0/slaves/nvme0n1p1/': '',
    'block/loop3/': '',
    'block/zram0/': '',
    'block/sr0/': '',
    'block/cciss!c0d0/': '',
  });
  expect((await counted(proc, sys)).disks).toEqual(['sda', 'nvme0n1', 'cciss/c0d0']);
  // Without /sys the names tell.
  expect((await counted(proc, tree({}))).disks).toEqual(['sda', 'nvme0n1', 'cciss/c0d0']);
});

test('the bytes of a card count once: bridges and pairs through which they pass again are left out', async () => {
  const names = ['lo', 'eth0', 'docker0', 'veth12ab', 'ens5', 'br-9', 'eth0.100'];
  const proc = tree({ stat: 'cpu  1 0 1 1 0 0 0 0\n', diskstats: '', 'net/dev': netDev(names) });
  const sys = tree({
    'block/': '',
    'class/net/eth0/device/': '',
    'class/net/ens5/device/': '',
    'class/net/docker0/': '',
  });
  expect((await counted(proc, sys)).cards).toEqual(['lo', 'eth0', 'ens5']);
});

test('where no card has hardware, as in a container, all count but loopback', async () => {
  const proc = tree({ stat: 'cpu  1 0 1 1 0 0 0 0\n', diskstats: '', 'net/dev': netDev(['lo', 'eth0', 'eth1']) });
  expect((await counted(proc, tree({ 'block/': '' }))).cards).toEqual(['lo', 'eth0', 'eth1']);
});

/** What the head says of control groups, and which ones a sample has. */
const groupsBy = async (mountinfo: string) => {
  const proc = tree({ stat: 'cpu  1 0 1 1 0 0 0 0\n', diskstats: '', 'net/dev': HEADING, 'self/mountinfo': mountinfo });
  const { head, sample } = await firstSample({ FAASLAB_PROC: proc });
  return { note: head.cgroup_note, groups: sample.groups?.map(({ group }) => group) };
};
const V1 = '32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n';

test('the root of cgroup v2 is where it is mounted, also in a folder with a blank', async () => {
  const folder = tree({ 'a b/cgroup.controllers': 'cpu io memory\n' });
  putGroup(join(folder, 'a b'), 'system.slice');
  const mounted = (path: string): string => `${V1}41 31 0:38 / ${path} rw shared:4 - cgroup2 cgroup2 rw\n`;
  expect(await groupsBy(mounted(`${folder}/a\\040b`))).toEqual({ note: '', groups: ['system.slice'] });
  put(folder, 'a b/cgroup.controllers', '\n');
  expect((await groupsBy(mounted(`${folder}/a\\040b`))).note).toMatch(
    /^cgroup v2 is mounted without the memory controller/,
  );
});

test('where version 1 is all there is, the head says so and no groups are read', async () => {
  const { note, groups } = await groupsBy(V1);
  expect(note).toBe('no cgroup v2 is mounted: control groups are left out');
  expect(groups).toBeUndefined();
});

const container = (id: string): string => `system.slice/docker-${id.padEnd(64, '0')}.scope`;

test('containers that come and go while it samples are found and forgotten, whatever their names say', async () => {
  const odd = `system.slice/docker-a]b$(touch evil)"'\\x2d.scope`;
  const root = groupTree(['system.slice', container('a')]);
  const { samples } = sampling(100, { FAASLAB_CGROUP: root });
  const last = () =>
    samples()
      .at(-1)
      ?.groups?.map(({ group }) => group);
  const watching = { timeout: 20_000 };
  await expect.poll(last, watching).toEqual(['system.slice', container('a')]);
  putGroup(root, odd);
  countGroups(root, 3);
  await expect.poll(last, watching).toEqual(['system.slice', container('a'), odd]);
  // One goes and one comes: their number stays, and the one that cannot be read any more tells it.
  rmSync(join(root, container('a')), { recursive: true });
  putGroup(root, container('b'));
  await expect.poll(last, watching).toEqual(['system.slice', odd, container('b')]);
  expect(existsSync('evil')).toBe(false);
});

/** A process as it stands under /proc: `name` is the function that it serves, null = none. */
function putProcess(
  proc: string,
  pid: number,
  name: string | null,
  { starttime = 20, utime = 4, parent = 1, session = pid } = {},
): void {
  const mark = name === null ? '' : `--faaslab-function=${name}\0`;
  put(proc, `${pid}/cmdline`, `node\0node.cjs\0${mark}`);
  // From field 3 of proc(5) on: state, parent, group, session, … utime, stime, … start, size, resident pages, …
  const upToTimes = `S ${parent} ${session} ${session} 0 -1 0 0 0 0 0`;
  put(proc, `${pid}/stat`, `${pid} (a) b (x) ${upToTimes} ${utime} 5 0 0 20 0 1 0 ${starttime} 1000 77 0\n`);
}

test('a worker is found when it has begun, forgotten when it has ended, and its pid may be given again', async () => {
  const begun = (count: number): string => `cpu  1 0 1 1 0 0 0 0\nprocesses ${count}\n`;
  const proc = tree({ stat: begun(1), diskstats: '', 'net/dev': HEADING });
  putProcess(proc, 40, null);
  const { samples } = sampling(100, { FAASLAB_PROC: proc });
  const last = () =>
    samples()
      .at(-1)
      ?.workers.map((one) => [one.function, one.pid, one.starttime, one.utime]);
  const watching = { timeout: 20_000 };
  await expect.poll(last, watching).toEqual([]);
  putProcess(proc, 41, 'hello', { starttime: 20, utime: 4 });
  put(proc, 'stat', begun(2));
  await expect.poll(last, watching).toEqual([['hello', 41, 20, 4]]);
  putProcess(proc, 41, 'other', { starttime: 30, utime: 6 });
  await expect.poll(last, watching).toEqual([['other', 41, 30, 6]]);
  rmSync(join(proc, '41'), { recursive: true });
  await expect.poll(last, watching).toEqual([]);
  putProcess(proc, 41, 'third', { starttime: 50, utime: 7 });
  put(proc, 'stat', begun(3));
  await expect.poll(last, watching).toEqual([['third', 41, 50, 7]]);
});

test('of two platforms on one host the workers of the one that is named are watched, with what they forked', async () => {
  const proc = tree({ stat: 'cpu  1 0 1 1 0 0 0 0\nprocesses 9\n', diskstats: '', 'net/dev': HEADING });
  // 100 and 200 are platforms. What hello has forked is listed before it.
  putProcess(proc, 101, 'hello', { parent: 300, session: 300 });
  putProcess(proc, 300, 'hello', { parent: 100 });
  putProcess(proc, 201, 'hello', { parent: 200 });
  putProcess(proc, 202, 'hello', { parent: 201, session: 201 });
  const pids = (env: Record<string, string>) => {
    const { samples } = sampling(100, { FAASLAB_PROC: proc, ...env });
    return () => {
      const workers = samples().at(-1)?.workers ?? [];
      return workers.map(({ pid }) => pid).toSorted((a, b) => a - b);
    };
  };
  const watching = { timeout: 20_000 };
  await expect.poll(pids({ FAASLAB_PLATFORM_PID: '100' }), watching).toEqual([101, 300]);
  await expect.poll(pids({}), watching).toEqual([101, 201, 202, 300]);
});
