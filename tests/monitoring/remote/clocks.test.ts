import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test as anyTest } from 'vitest';
import { recordedHost } from '../../../monitoring/watch.js';
import { delayingProxy } from '../../support/delaying-proxy.js';
import { emptyFolder } from '../../support/programs.js';
import { type SshHost, sshHost, SSHD, sshUser } from '../../support/ssh-hosts.js';
import { remote, script, watching } from './watching.js';

const test = anyTest.skipIf(SSHD === undefined);

/**
 * A host whose clock shows what it should not: bash there has no EPOCHREALTIME (as before bash 5), and its `date` adds what
 * the file `shift` says, in nanoseconds. The agent is the real one.
 */
async function hostWithShiftedClock(): Promise<{ host: SshHost; setShift: (ms: number) => void }> {
  const user = sshUser();
  const folder = emptyFolder();
  const setShift = (ms: number): void => writeFileSync(join(folder, 'shift'), String(ms * 1_000_000));
  writeFileSync(join(folder, 'env.sh'), `unset EPOCHREALTIME\nPATH=${folder}:$PATH\n`);
  writeFileSync(
    join(folder, 'date'),
    `#!/bin/bash\nread -r shift <${folder}/shift\necho $(($(/bin/date +%s%N) + shift))\n`,
    { mode: 0o755 },
  );
  setShift(0);
  // A bash that sshd starts reads .bashrc instead of BASH_ENV, unless it is the shell of a shell.
  const host = await sshHost({ user, environment: { BASH_ENV: join(folder, 'env.sh'), SHLVL: '5' } });
  user.knows(host);
  return { host, setShift };
}

test.each([-90_000, 0, 3_600_000])('a clock that is %i ms off is measured within its uncertainty', async (shiftMs) => {
  const { host, setShift } = await hostWithShiftedClock();
  setShift(shiftMs);
  const started = await watching(remote(host, { runtimeScript: script('') }));
  await started.watch.begin();
  await started.watch.end(10_000);
  const { clock } = recordedHost(started.watch.host, started.zero);
  expect(clock).toHaveLength(2);
  for (const { offset_ms: offset, uncertainty_ms: uncertainty } of clock) {
    expect(uncertainty).toBeGreaterThan(0);
    // Both clocks are this machine's; the test's plan zero is read by Date.now(), which cuts up to a millisecond off.
    expect(Math.abs(offset - shiftMs)).toBeLessThanOrEqual(uncertainty + 1);
  }
  expect(clock[0]!.at_ms).toBeLessThan(0);
  expect(clock[1]!.at_ms).toBeGreaterThan(0);
  expect(started.watch.notes).toEqual([]);
});

test('the same clock without the stand-in shows no offset beyond its uncertainty', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(remote(host, { runtimeScript: script('') }));
  const { offset_ms: offset, uncertainty_ms: uncertainty } = recordedHost(started.watch.host, started.zero).clock[0]!;
  expect(Math.abs(offset)).toBeLessThanOrEqual(uncertainty + 1);
  await started.watch.end(0);
});

test('a clock that is set in the middle of a run is told, with how far', async () => {
  const { host, setShift } = await hostWithShiftedClock();
  const started = await watching(remote(host, { runtimeScript: script('') }));
  await started.watch.begin();
  setShift(-5_000);
  await started.watch.end(10_000);
  expect(started.watch.notes).toHaveLength(1);
  const [note] = started.watch.notes;
  expect(note).toMatch(/^node-1: its clock moved by −[\d.]+ ms \(± [\d.]+\) against this machine's within [\d.]+ s/);
  const [, moved, within] = /by −([\d.]+) ms \(± ([\d.]+)\)/.exec(note!)!;
  expect(Math.abs(Number(moved) - 5_000)).toBeLessThanOrEqual(Number(within) + 0.1);
  expect(started.outcomes().map(({ status }) => status)).toEqual(['ok', 'ok']);
});

test('where the way back is long and the way there is not, the offset still lies within the uncertainty', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  const port = await delayingProxy(host.port, 60);
  user.knows({ ...host, port });
  const started = await watching(remote({ ...host, port }, { runtimeScript: script('') }));
  await started.watch.begin();
  await started.watch.end(10_000);
  const { clock } = recordedHost(started.watch.host, started.zero);
  expect(clock).toHaveLength(2);
  for (const { offset_ms: offset, uncertainty_ms: uncertainty } of clock) {
    // Every answer takes 60 ms at least (a timer may ring a millisecond early), half of which is the uncertainty.
    expect(uncertainty).toBeGreaterThanOrEqual(29);
    expect(Math.abs(offset)).toBeLessThanOrEqual(uncertainty + 1);
  }
  expect(started.watch.notes).toEqual([]);
});
