import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, whatever the kernel's own. */
const TICKS_PER_S = 100;

/** Processor time of this whole process, ms. */
export function ownCpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Processor time of another process so far, ms, all of its threads: utime and stime, fields 14 and 15 of proc_pid_stat(5). */
export function cpuMsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_S;
}

/** The processes that a process has started and not yet lost. */
export function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number);
}

/** Time that all processors together have worked, ms: user, nice, system, irq, softirq and steal of the first line of proc_stat(5). */
export function machineBusyMs() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'latin1')
    .split('\n')[0]
    .split(/ +/)
    .slice(1)
    .map(Number);
  return ((user + nice + system + irq + softirq + steal) * 1_000) / TICKS_PER_S;
}
