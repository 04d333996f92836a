import { closeSync, openSync, readSync } from 'node:fs';

/** Reads the peak of one process again and again, at the price of one system call. */
export interface PeakMemory {
  /** bytes; null when the process is gone, or the system does not tell */
  read(): number | null;
  close(): void;
}

/** Long enough for a status as Linux writes it, in which the memory stands in the first kilobyte. */
const buffer = Buffer.alloc(4_096);

/**
 * The largest resident size that a process has had: `VmHWM` of its status, which Linux keeps.
 * @see proc_pid_status(5)
 */
export function openPeakMemory(pid: number | undefined): PeakMemory {
  let file: number | null = null;
  try {
    if (pid !== undefined) file = openSync(`/proc/${pid}/status`, 'r');
  } catch {
    // it is gone, or this is no Linux
  }
  return {
    read() {
      try {
        if (file === null) return null;
        const text = buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
        const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(text) ?? [];
        return kibibytes === undefined ? null : Number(kibibytes) * 1_024;
      } catch {
        return null;
      }
    },
    close() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}
