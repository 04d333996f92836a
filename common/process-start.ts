import { readFile } from 'node:fs/promises';

/**
 * When a process of this machine started, in clock ticks since boot: with the pid it names one process for good.
 * Null where the system does not tell (no /proc), and of a process that has ended.
 */
export async function processStart(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // proc(5): "pid (command) state …"; the command may hold anything, brackets too. Field 3 is the state, field 22 the start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields[0], Number(fields[19] ?? NaN)];
  return state === 'Z' || Number.isNaN(ticks) ? null : ticks;
}

/** Whether a process of this machine has that number, be it anybody's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
