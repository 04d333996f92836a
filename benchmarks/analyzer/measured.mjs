import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 20;

/**
 * Runs a command to its end: wall time, and the high-water mark of its resident memory as the kernel keeps it (VmHWM; what it
 * grows in its last 20 ms is not seen).
 *
 * @returns {Promise<{ seconds: number, peakBytes: number, stdout: string }>}
 * @throws if it ends with anything but 0
 */
export async function measured(command, args) {
  const began = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  let peakBytes = 0;
  const looking = setInterval(() => (peakBytes = Math.max(peakBytes, highWaterOf(child.pid))), LOOK_EVERY_MS);
  const [code] = await once(child, 'close');
  clearInterval(looking);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${stderr}`);
  return { seconds: (performance.now() - began) / 1_000, peakBytes, stdout };
}

function highWaterOf(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return kilobytes === undefined ? 0 : Number(kilobytes) * 1_024;
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}
