import { allProcesses, hasVariable, type ProcessFacts } from './proc.js';

/** Ends what instances left behind outside their process groups. */
export interface Sweeper {
  /** The instance of this folder has ended. */
  add(folder: string): void;
  /** Ends what is left of the instances that have ended; with the processes that there are. */
  sweep(processes: readonly ProcessFacts[]): void;
  /** Whether something is to be swept. */
  isDue(): boolean;
}

/** Once more: a process may have been about to start another one when it was found. */
const SWEEPS = 2;
/** Ends a chain of processes that start each other faster than they are found. */
const MOST_ROUNDS = 20;

/**
 * A process that left its group (`detached: true`, setsid) is known by the variable TMPDIR that it inherited, which names the
 * folder of its instance. What has neither is not found.
 */
export function createSweeper(): Sweeper {
  const due = new Map<string, number>();

  function kill(variables: ReadonlySet<string>, processes: readonly ProcessFacts[]): boolean {
    let found = false;
    for (const { pid } of processes) {
      if (pid === process.pid || !hasVariable(pid, variables)) continue;
      found = true;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it has just ended
      }
    }
    return found;
  }

  return {
    add: (folder) => void due.set(folder, SWEEPS),
    isDue: () => due.size > 0,
    sweep(processes) {
      const variables = new Set([...due.keys()].map((folder) => `TMPDIR=${folder}`));
      let found = kill(variables, processes);
      for (let round = 0; found && round < MOST_ROUNDS; round += 1) found = kill(variables, allProcesses());
      for (const [folder, left] of due) {
        if (left > 1) due.set(folder, left - 1);
        else due.delete(folder);
      }
    },
  };
}
