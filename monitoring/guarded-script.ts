import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { startGuard } from '../common/guard.js';

/** A script that ends with this process, however that ends. */
export interface GuardedScript {
  /** its process leads a group of its own */
  child: ChildProcess;
  /** nothing of its group is left */
  ended(): void;
}

/** Waits for a line before it becomes the script: until then its guard may not know it yet. */
const WAITING = 'read -r go <&3 || exit 1; exec 3<&-; exec bash "$@"';

/**
 * Starts `bash SCRIPT …` under a guard, so that not even SIGKILL of this process leaves it running. The script begins once
 * the guard knows it: were we killed between the two, it would find the end of its input and nothing would begin.
 *
 * @param log where it prints to
 */
export function startGuarded(
  args: readonly string[],
  { cwd, env, log }: { cwd: string; env: NodeJS.ProcessEnv; log: number },
): GuardedScript {
  const guard = startGuard(null);
  const child = spawn('/bin/sh', ['-c', WAITING, 'sh', ...args], {
    cwd,
    env,
    stdio: ['ignore', log, log, 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) guard.started(pid);
  const go = child.stdio[3] as Writable;
  go.on('error', () => undefined);
  go.end('\n');
  return {
    child,
    ended() {
      if (pid !== undefined) guard.ended(pid);
      guard.dismiss();
    },
  };
}
