import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sampled, samplesIn, tableOf } from './sampling.js';

/** Where this machine has cgroup v2, in whatever mode. */
const MOUNT = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(readFileSync('/proc/self/mountinfo', 'utf8'))?.[1];

/** @returns null where this user may make no group */
function realGroup(name: string): string | null {
  if (MOUNT === undefined) return null;
  const path = join(MOUNT, name);
  try {
    mkdirSync(path);
    return path;
  } catch {
    return null;
  }
}

test('a real control group has the CPU that the kernel counts for it', async ({ skip }) => {
  const name = `faaslab-test-${process.pid}.slice`;
  const group = realGroup(name) ?? skip('this user may make no control group');
  onTestFinished(() => rmdirSync(group));
  const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  onTestFinished(async () => {
    busy.kill('SIGKILL');
    if (busy.exitCode === null && busy.signalCode === null) await once(busy, 'exit');
    // A killed process leaves its group a moment after its parent has heard of it.
    await expect.poll(() => readFileSync(join(group, 'cgroup.events'), 'utf8')).toMatch(/^populated 0$/m);
  });
  await once(busy, 'spawn');
  writeFileSync(join(group, 'cgroup.procs'), String(busy.pid));
  const usageS = (): number =>
    Number(/^usage_usec (\d+)/.exec(readFileSync(join(group, 'cpu.stat'), 'utf8'))![1]) / 1e6;

  const before = usageS();
  const { text, stderr } = sampled(['2', '200']);
  const used = usageS() - before;
  expect(stderr).toBe('');
  const rows = (await tableOf(text, 'sampler_groups')).filter(({ group: path }) => path === name);
  expect(rows.length).toBeGreaterThan(2);
  expect(rows[0]).toMatchObject({ cpu_pct: null });
  const [first, ...later] = countedIn(text, name);
  let cpuS = 0;
  for (const [i, { atUs }] of later.entries())
    cpuS += ((rows[i + 1]!['cpu_pct'] as number) / 100) * ((atUs - (later[i - 1] ?? first!).atUs) / 1e6);
  const countedS = (later.at(-1)!.usageUs - first!.usageUs) / 1e6;
  expect(cpuS).toBeCloseTo(countedS, 6);
  expect(countedS).toBeGreaterThan(0);
  expect(countedS).toBeLessThanOrEqual(used);
});

/** What the kernel told of a group, and when. */
function countedIn(text: string, name: string): { atUs: number; usageUs: number }[] {
  return samplesIn(text)
    .flatMap(({ groups }) => groups ?? [])
    .filter(({ group }) => group === name)
    .map((group) => ({
      atUs: group.epoch_us,
      usageUs: Number(/^usage_usec (\d+)/.exec(group['cpu.stat'])![1]),
    }));
}
