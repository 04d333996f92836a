import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

/** A process as Linux tells of it. */
export interface ProcessFacts {
  pid: number;
  group: number;
}

/** All processes; none where the system has no /proc. */
export function allProcesses(): ProcessFacts[] {
  const found: ProcessFacts[] = [];
  for (const name of entries('/proc')) {
    const pid = Number(name);
    const stat = pid > 0 ? textOf(`/proc/${name}/stat`) : null;
    if (stat === null) continue;
    // The name in parentheses may hold anything; behind it: state, parent, group.
    const [, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    found.push({ pid, group: Number(group) });
  }
  return found;
}

/** Whether a process was started with this variable. */
export function hasVariable(pid: number, variables: ReadonlySet<string>): boolean {
  const environment = textOf(`/proc/${pid}/environ`);
  return environment !== null && environment.split('\0').some((variable) => variables.has(variable));
}

/** Reads the resident size of one process again and again, at the price of one system call. */
export interface ResidentSize {
  /** bytes; null when the process is gone */
  read(): number | null;
  close(): void;
}

/** @returns null if there is no such process */
export function openResidentSize(pid: number): ResidentSize | null {
  let file: number;
  try {
    file = openSync(`/proc/${pid}/statm`, 'r');
  } catch {
    return null;
  }
  const buffer = Buffer.alloc(128);
  return {
    read() {
      try {
        const length = readSync(file, buffer, 0, buffer.length, 0);
        return length === 0 ? null : Number(buffer.toString('latin1', 0, length).split(' ')[1]) * pageBytes();
      } catch {
        return null;
      }
    },
    close: () => closeSync(file),
  };
}

/**
 * What a process shares with no other, bytes; null if it is gone, or the system does not tell.
 * @see proc_pid_smaps_rollup(5)
 */
export function privateBytes(pid: number): number | null {
  const text = textOf(`/proc/${pid}/smaps_rollup`);
  if (text === null) return null;
  let kibibytes = 0;
  for (const [, amount] of text.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)) kibibytes += Number(amount);
  return kibibytes * 1_024;
}

let knownPageBytes: number | null = null;

/** @see getauxval(3): pairs of a key and a value, AT_PAGESZ = 6 */
function pageBytes(): number {
  if (knownPageBytes !== null) return knownPageBytes;
  const pairs = readFileSync('/proc/self/auxv');
  for (let at = 0; at + 16 <= pairs.length; at += 16) {
    if (pairs.readBigUInt64LE(at) === 6n) knownPageBytes = Number(pairs.readBigUInt64LE(at + 8));
  }
  return (knownPageBytes ??= 4_096);
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // it has ended meanwhile, or is another user's
    return null;
  }
}
