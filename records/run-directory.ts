import { mkdir, readlink, realpath, rename, symlink, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { compactUtc } from '../common/clock.js';
import { messageOf, RecordsError, systemErrorCode } from '../common/errors.js';
import { besidePath, makeFolders, pathSafe } from '../common/files.js';

/** Names within a run directory. */
export const RUN_FILES = {
  manifest: 'manifest.json',
  journal: 'invocations.csv',
  invocations: 'invocations.parquet',
  activations: 'activations.parquet',
  responses: 'responses.ndjson',
  heartbeat: 'heartbeat',
  log: 'invoker.log',
  metadata: 'test_metadata.out',
  monitors: 'monitors',
} as const;

export interface RunDirectory {
  path: string;
  /** the directory's name */
  runId: string;
}

/**
 * Makes `<out>/<YYYYMMDDTHHMMSSZ>_<test name>`; a taken name gets `_2`, `_3` ….
 * @throws RecordsError if it cannot be made, naming the place and the reason
 */
export async function createRunDirectory(out: string, testName: string, epochMs: number): Promise<RunDirectory> {
  const name = `${compactUtc(epochMs)}_${pathSafe(testName)}`;
  try {
    await makeFolders(out);
    for (let take = 1; ; take += 1) {
      const runId = take === 1 ? name : `${name}_${take}`;
      try {
        await mkdir(join(out, runId));
        return { path: resolve(out, runId), runId };
      } catch (error) {
        if (systemErrorCode(error) !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw cannotWrite(out, error);
  }
}

/** One line for a place that cannot be written. */
export function cannotWrite(path: string, error: unknown): RecordsError {
  return new RecordsError(
    `${path} cannot be written: ${whyNotWritten(error)}; choose another place with --out, or make room`,
    {
      cause: error,
    },
  );
}

/** The reason of a write's failure in words. */
export function whyNotWritten(error: unknown): string {
  return WRITE_FAULTS[systemErrorCode(error) ?? ''] ?? messageOf(error);
}

const WRITE_FAULTS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed (ulimit -f)',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a file of that name is in the way',
  ENAMETOOLONG: 'the name is too long',
};

/** Makes `<out>/latest` point to a run; a reader sees the old one or the new one, never none. */
export async function pointLatestTo({ path, runId }: RunDirectory): Promise<void> {
  const link = join(dirname(path), 'latest');
  const beside = besidePath(link);
  try {
    await symlink(runId, beside);
    await rename(beside, link);
  } catch (error) {
    await unlink(beside).catch(() => undefined);
    throw cannotWrite(link, error);
  }
}

/**
 * The run directory behind a path, symlinks such as `runs/latest` followed.
 * @throws RecordsError if there is none
 */
export async function resolveRunDirectory(path: string): Promise<RunDirectory> {
  try {
    const real = await realpath(path);
    return { path: real, runId: basename(real) };
  } catch (error) {
    const target = await readlink(path).catch(() => undefined);
    throw new RecordsError(
      target === undefined
        ? `${path}: there is no such run; run WorkloadInvoker first, or name another`
        : `${path} points to ${target}, which is gone; name another run`,
      { cause: error },
    );
  }
}
