import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError, systemErrorCode } from '../common/errors.js';
import { isAlive, processStart } from '../common/process-start.js';

/** Which process: ids are given again, the time at which a process was started is not. */
interface Owner {
  pid: number;
  /** clock ticks from the start of the machine to that of the process; null where the system does not tell */
  started: number | null;
}

/**
 * Takes a folder for this process: two platforms in one folder would write into each other's files. The lock is a file that
 * only one can create; who that was stands in it, so that a lock which has outlived its owner binds nobody.
 *
 * @returns what gives the folder free again
 * @throws PlatformError if another platform has it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const lock = join(folder, 'platform.pid');
  while (!(await created(lock))) await removeDead(folder, lock);
  return async () => {
    if (isSame(await ownerIn(lock), await self())) await rm(lock, { force: true });
  };
}

/**
 * Removes the lock of a process that has ended. Since it was read another platform may have removed it and taken the folder:
 * so it is removed only by whoever has created a second file, named after the dead owner, and has read the lock again. Without
 * that two that start at one time may both remove it, the second one the lock of the first.
 */
async function removeDead(folder: string, lock: string): Promise<void> {
  const owner = await ownerIn(lock);
  if (owner === 'nobody') return;
  if (owner === 'unknown' || (await isRunning(owner))) throw inUse(folder, lock, owner);
  const heir = `${lock}.after-${owner.pid}-${owner.started}`;
  if (!(await created(heir))) {
    const other = await ownerIn(heir);
    if (other === 'nobody') return;
    if (other === 'unknown' || (await isRunning(other))) throw inUse(folder, heir, other);
    // It was ended between the two; whoever comes next takes the lock.
    if (isSame(await ownerIn(heir), other)) await rm(heir, { force: true });
    return;
  }
  try {
    if (isSame(await ownerIn(lock), owner)) await rm(lock, { force: true });
  } finally {
    await rm(heir, { force: true });
  }
}

/** @returns whether this process has created the file, and stands in it */
async function created(path: string): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(await self()), { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    // Of a full disk an empty one would remain, whose owner nobody knows.
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Who stands in a lock; unknown: it is being written, or something else wrote it. */
async function ownerIn(path: string): Promise<Owner | 'nobody' | 'unknown'> {
  try {
    const content: unknown = JSON.parse(await readFile(path, 'utf8'));
    // Earlier platforms wrote their id alone.
    if (typeof content === 'number') return { pid: content, started: null };
    const { pid, started = null } = Object(content) as Partial<Owner>;
    return Number.isInteger(pid) ? { pid: pid!, started } : 'unknown';
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 'nobody';
    if (error instanceof SyntaxError) return 'unknown';
    throw error;
  }
}

function isSame(found: Owner | string, owner: Owner): boolean {
  return typeof found !== 'string' && found.pid === owner.pid && found.started === owner.started;
}

async function self(): Promise<Owner> {
  return { pid: process.pid, started: await processStart(process.pid) };
}

async function isRunning({ pid, started }: Owner): Promise<boolean> {
  // Where its start is known an id that was given again is not taken for its first owner.
  return started === null ? pid !== process.pid && isAlive(pid) : (await processStart(pid)) === started;
}

function inUse(folder: string, file: string, owner: Owner | 'unknown'): PlatformError {
  const [whom, none] =
    owner === 'unknown'
      ? ['another platform', 'there is none']
      : [`the platform with process id ${owner.pid}`, 'no platform has that id'];
  return new PlatformError(
    `--state ${folder}: in use by ${whom}; stop it, or use another folder (if ${none}, remove ${file})`,
  );
}
