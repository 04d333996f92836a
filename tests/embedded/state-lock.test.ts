import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockFolder } from '../../embedded/state-lock.js';
import { emptyFolder } from '../support/programs.js';

/** A process that only lives, and what a lock says of it. */
async function otherProcess(): Promise<{ pid: number; started: number }> {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  // The 22nd field; none of the name `(sleep)` holds a blank.
  return { pid: child.pid!, started: Number(readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ')[21]) };
}

function refusalOf(folder: string): Promise<string> {
  return lockFolder(folder).then(
    () => 'taken',
    (error: Error) => error.message,
  );
}

test('of many that take a folder at one time one gets it, also where the last owner was killed', async () => {
  // The id of a process that has ended.
  const { pid } = spawnSync('true');
  for (let round = 0; round < 20; round += 1) {
    const folder = emptyFolder();
    if (round % 2 === 1) await writeFile(join(folder, 'platform.pid'), JSON.stringify({ pid, started: 1 }));
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    const owners = taken.filter((each) => each.status === 'fulfilled');
    expect(owners).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['platform.pid']);
    await owners[0]!.value();
    expect(await readdir(folder)).toEqual([]);
  }
});

test.runIf(process.platform === 'linux')(
  'the lock of a process that lives binds; one whose id another process has now does not',
  async () => {
    const folder = emptyFolder();
    const lock = join(folder, 'platform.pid');
    const owner = await otherProcess();
    await writeFile(lock, JSON.stringify(owner));
    expect(await refusalOf(folder)).toBe(
      `--state ${folder}: in use by the platform with process id ${owner.pid}; stop it, or use another folder (if no platform has that id, remove ${lock})`,
    );
    await writeFile(lock, JSON.stringify({ ...owner, started: 1 }));
    expect(await refusalOf(folder)).toBe('taken');
    expect(JSON.parse(await readFile(lock, 'utf8'))).toMatchObject({ pid: process.pid });
  },
);

test('the lock of an earlier version, an id alone, binds as long as any process has that id', async () => {
  const folder = emptyFolder();
  const { pid } = await otherProcess();
  await writeFile(join(folder, 'platform.pid'), String(pid));
  expect(await refusalOf(folder)).toContain(`in use by the platform with process id ${pid};`);
  await writeFile(join(folder, 'platform.pid'), String(spawnSync('true').pid));
  expect(await refusalOf(folder)).toBe('taken');
});

test('a lock that says nothing is not taken from whoever is writing it', async () => {
  const folder = emptyFolder();
  const lock = join(folder, 'platform.pid');
  for (const content of ['', '{"pi', '"x"', '{}']) {
    await writeFile(lock, content);
    expect(await refusalOf(folder)).toBe(
      `--state ${folder}: in use by another platform; stop it, or use another folder (if there is none, remove ${lock})`,
    );
  }
});

test('a folder that was taken by another in the meantime is not given free', async () => {
  const folder = emptyFolder();
  const unlock = await lockFolder(folder);
  await writeFile(join(folder, 'platform.pid'), JSON.stringify({ pid: 1, started: 2 }));
  await unlock();
  expect(await readdir(folder)).toEqual(['platform.pid']);
});

test('what a start left that was killed while it removed a dead lock binds nobody either', async () => {
  const folder = emptyFolder();
  const { pid } = spawnSync('true');
  const dead = JSON.stringify({ pid, started: 1 });
  await writeFile(join(folder, 'platform.pid'), dead);
  await writeFile(join(folder, `platform.pid.after-${pid}-1`), dead);
  const unlock = await lockFolder(folder);
  expect(await readdir(folder)).toEqual(['platform.pid']);
  await unlock();
});
