import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../common/package-root.js';

/** Cleans up behind a platform that was killed. */
export interface Guard {
  instanceStarted(pid: number): void;
  instanceEnded(pid: number): void;
  /** nothing is left to clean up */
  dismiss(): void;
}

/**
 * Starts a small shell script that holds a pipe from us. When that pipe ends, it kills the instances still running and
 * removes the temporary folder: so not even SIGKILL leaves a process or a file behind.
 */
export function startGuard(temporaryFolder: string): Guard {
  const script = join(packageRoot, 'embedded', 'execution', 'guard.sh');
  const child = spawn('/bin/sh', [script, temporaryFolder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: { PATH: process.env['PATH'] },
  });
  child.on('error', () => undefined);
  child.stdin!.on('error', () => undefined);
  child.unref();
  return {
    instanceStarted: (pid) => void child.stdin!.write(`+${pid}\n`),
    instanceEnded: (pid) => void child.stdin!.write(`-${pid}\n`),
    dismiss: () => void child.stdin!.end(),
  };
}
