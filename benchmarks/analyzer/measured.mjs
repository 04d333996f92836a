import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 20;

/** Clock ticks a second in /proc, whatever the kernel's own. */
const TICKS_PER_S = 100;

/**
 * Runs a command to its end: wall time, CPU seconds of all its threads, and the high-water mark of its resident memory as
 * the kernel keeps it (VmHWM); of the last two, what comes in its last 20 ms is not seen.
 *
 * @returns {Promise<{ seconds: number, cpuS: number, peakBytes: number, stdout: string }>}
 * @throws if it ends with anything but 0
 */
export async function measured(command, args) {
  const began = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  let cost = { cpuS: 0, peakBytes: 0 };
  const looking = setInterval(() => (cost = costSoFar(child.pid) ?? cost), LOOK_EVERY_MS);
  const [code] = await once(child, 'close');
  clearInterval(looking);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${stderr}`);
  return { seconds: (performance.now() - began) / 1_000, ...cost, stdout };
}

function costSoFar(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    // Behind the name in parentheses: state is field 3, utime 14, stime 15 (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
    return {
      cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S,
      peakBytes: Number(kilobytes) * 1_024,
    };
  } catch {
    // It has ended meanwhile: a process that waits to be collected has no memory any more.
    return null;
  }
}
