import { open } from 'node:fs/promises';
import { plainText } from '../common/plain-text.js';

/** RuntimeMonitoring.sh cuts each reason, so its line fits. */
const TAIL_BYTES = 4_096;
const SHOWN = 1_000;

/**
 * What a script says in the last line of its output of the monitors that it started, where that begins with `monitors: `, as
 * RuntimeMonitoring.sh does. Of what others print nothing is repeated: it may hold anything.
 * @param logPath its output; @returns in parentheses, to follow how it ended; empty without such a line
 */
export async function partsTold(logPath: string): Promise<string> {
  const lines = (await tailOf(logPath)).split('\n').filter((line) => line.trim() !== '');
  const told = /^monitors: (.+)$/.exec(lines.at(-1) ?? '')?.[1];
  return told === undefined ? '' : ` (${plainText(told, SHOWN)})`;
}

async function tailOf(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read({
        buffer: Buffer.alloc(Math.min(size, TAIL_BYTES)),
        position: Math.max(0, size - TAIL_BYTES),
      });
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
