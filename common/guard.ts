import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from './package-root.js';

/** Cleans up behind a process that was killed. */
export interface Guard {
  /** @param pid of a process that leads its own group */
  started(pid: number): void;
  ended(pid: number): void;
  /** nothing is left to clean up but the folder */
  dismiss(): void;
}

/**
 * Starts a small shell script that holds a pipe from us. When that pipe ends, it kills the process groups still running and
 * removes the temporary folder: so not even SIGKILL leaves a process or a file behind.
 *
 * @param temporaryFolder null where there is none
 */
export function startGuard(temporaryFolder: string | null): Guard {
  const script = join(packageRoot, 'common', 'guard.sh');
  const child = spawn('/bin/sh', [script, temporaryFolder ?? ''], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: { PATH: process.env['PATH'] },
  });
  child.on('error', () => undefined);
  child.stdin!.on('error', () => undefined);
  child.unref();
  return {
    started: (pid) => void child.stdin!.write(`+${pid}\n`),
    ended: (pid) => void child.stdin!.write(`-${pid}\n`),
    dismiss: () => void child.stdin!.end(),
  };
}
