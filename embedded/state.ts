import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf, PlatformError } from '../common/errors.js';
import { forgetBegun, makeFolders, noteBegun } from '../common/files.js';
import { readOrDrawKeys, type Keys } from './keys.js';
import { lockFolder } from './state-lock.js';

/** Where a platform keeps its things. */
export interface State {
  /** functions, activations, truth, keys */
  folder: string;
  /** code, sockets and the instances' own folders: always temporary */
  temporaryFolder: string;
  keys: Keys;
  /** Gives the folder free for the next platform, and removes what is temporary. */
  close(): Promise<void>;
}

/**
 * Opens a state folder, or a temporary one.
 * @param folder null = temporary, gone when the platform ends
 * @throws PlatformError if it cannot be written, or another platform uses it
 */
export async function openState(folder: string | null): Promise<State> {
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'faaslab-'));
  // A start that is interrupted may be in the middle of this.
  noteBegun(temporaryFolder);
  let unlock: (() => Promise<void>) | null = null;
  try {
    const own = folder === null ? join(temporaryFolder, 'state') : resolve(folder);
    await makeFolders(own, 0o700);
    const free = (unlock = await lockFolder(own));
    const keys = await readOrDrawKeys(join(own, 'keys.json'));
    return {
      folder: own,
      temporaryFolder,
      keys,
      async close() {
        await free();
        await rm(temporaryFolder, { recursive: true, force: true });
        forgetBegun(temporaryFolder);
      },
    };
  } catch (error) {
    await unlock?.();
    await rm(temporaryFolder, { recursive: true, force: true });
    forgetBegun(temporaryFolder);
    if (error instanceof PlatformError) throw error;
    throw new PlatformError(`${folder === null ? 'its state' : `--state ${folder}`}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
