import { readFileSync } from 'node:fs';

/**
 * The largest resident size that a process has had, bytes: `VmHWM` of its status, which Linux keeps.
 * @returns null if the process is gone, or the system does not tell
 * @see proc_pid_status(5)
 */
export function peakMemoryOf(pid: number | undefined): number | null {
  if (pid === undefined) return null;
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}
