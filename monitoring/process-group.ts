import { readdirSync, readFileSync } from 'node:fs';
import { systemErrorCode } from '../common/errors.js';

/** A process with whatever it started, as long as that did not leave its group. */
export interface ProcessGroup {
  /**
   * Whether anything of it runs. A process that has ended and that nobody waited for does not: where the first process of a
   * container waits late or never, its orphans stay in the table as zombies, and a signal still finds them.
   */
  runs(): boolean;
  signal(name: NodeJS.Signals): void;
}

/** @param leader the process that leads it; @param procFolder where the kernel shows processes */
export function processGroup(leader: number, procFolder = '/proc'): ProcessGroup {
  /** the member that was seen last: while it runs, no other is looked for */
  let known = leader;
  return {
    runs() {
      const found = signalled(leader, 0);
      if (found === 'none') return false;
      if (isMember(procFolder, known, leader)) return true;
      const others = processes(procFolder);
      // Without a /proc only the signal tells.
      if (others === null) return found === 'some';
      known = others.find((pid) => isMember(procFolder, pid, leader)) ?? leader;
      return isMember(procFolder, known, leader);
    },
    signal: (name) => void signalled(leader, name),
  };
}

/** `forbidden`: all that is left of it has other rights. */
function signalled(group: number, name: NodeJS.Signals | 0): 'some' | 'none' | 'forbidden' {
  try {
    process.kill(-group, name);
    return 'some';
  } catch (error) {
    return systemErrorCode(error) === 'EPERM' ? 'forbidden' : 'none';
  }
}

function processes(procFolder: string): number[] | null {
  try {
    const pids = readdirSync(procFolder).filter((name) => /^\d+$/.test(name));
    return pids.length === 0 ? null : pids.map(Number);
  } catch {
    return null;
  }
}

/** Whether it runs as part of the group: of `pid (name) state ppid pgrp …` the name may hold anything (proc(5)). */
function isMember(procFolder: string, pid: number, group: number): boolean {
  try {
    const stat = readFileSync(`${procFolder}/${pid}/stat`, 'latin1');
    const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(pgrp) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}
