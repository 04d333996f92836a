import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test as anyTest } from 'vitest';
import { processGroup } from '../../monitoring/process-group.js';
import { emptyFolder } from '../support/programs.js';
import { LEAVE_A_ZOMBIE, PERL } from '../support/zombies.js';

const test = anyTest.skipIf(PERL === undefined || process.platform !== 'linux');

/** A bash that leads a group of its own, in an empty folder. */
function leader(text: string): { child: ChildProcess; cwd: string; exited: Promise<unknown> } {
  const cwd = emptyFolder();
  const child = spawn('bash', ['-c', text], { cwd, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // It is gone.
    }
  });
  return { child, cwd, exited: once(child, 'exit') };
}

test('a group of which only a zombie is left does not run, though a signal still finds it', async () => {
  const { child, cwd, exited } = leader(LEAVE_A_ZOMBIE);
  await exited;
  onTestFinished(() => void process.kill(Number(readFileSync(join(cwd, 'holder.pid'), 'utf8')), 'SIGKILL'));
  const group = processGroup(child.pid!);
  expect(() => process.kill(-child.pid!, 0)).not.toThrow();
  await expect.poll(() => group.runs(), { timeout: 20_000 }).toBe(false);
  // Where nothing shows the state, what a signal finds counts as running.
  expect(processGroup(child.pid!, emptyFolder()).runs()).toBe(true);
});

test('a group runs for as long as any of it does, also when its leader has ended', async () => {
  const { child, exited } = leader('cat <&0 & echo "$!"');
  const [pid] = (await once(child.stdout!, 'data')) as [Buffer];
  const group = processGroup(child.pid!);
  await exited;
  expect(group.runs()).toBe(true);
  process.kill(Number(pid.toString()), 'SIGKILL');
  await expect.poll(() => group.runs(), { timeout: 20_000 }).toBe(false);
});

test('a signal reaches all of a group', async () => {
  const { child, exited } = leader('sleep 600 & echo; wait');
  await once(child.stdout!, 'data');
  const group = processGroup(child.pid!);
  group.signal('SIGTERM');
  expect(await exited).toEqual([null, 'SIGTERM']);
  await expect.poll(() => group.runs(), { timeout: 20_000 }).toBe(false);
});
