import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../common/package-root.js';
import { type RunningScript, type ScriptPlace, start } from './scripts.js';

/** Longer than a test may overrun: the sampler is ended with the run, and by this only where nobody could. */
const BEYOND_S = 3_600;
/** One that has not begun by then is late by itself, and the run does not wait for it. */
const FIRST_SAMPLE_LIMIT_MS = 2_000;

/**
 * Starts the built-in sampler on this host. It has taken its first sample then, and goes on until it is ended.
 *
 * @param env added to our own
 */
export async function startSampler(
  intervalMs: number,
  place: ScriptPlace,
  env: Record<string, string>,
  stop: AbortSignal,
): Promise<RunningScript> {
  const script = { path: join(packageRoot, 'monitoring', 'Sampler.sh'), faasRoot: packageRoot };
  const beyond = { ...place, durationS: place.durationS + BEYOND_S };
  const args = [String(intervalMs)];
  const running = await start({ role: 'sampler', script, args, env, lastsUntilEnded: true }, beyond);
  const path = join(place.runDirectory, place.folder, 'sampler.ndjson');
  let hasEnded = false;
  void running.ended.then(() => (hasEnded = true));
  for (const until = Date.now() + FIRST_SAMPLE_LIMIT_MS; Date.now() < until; await sleep(5)) {
    // its head and a sample
    if (hasEnded || stop.aborted || (await linesIn(path)) >= 2) break;
  }
  return running;
}

/** Whole lines of a file that may not be there yet. */
async function linesIn(path: string): Promise<number> {
  const text = await readFile(path, 'latin1').catch(() => '');
  return text.split('\n').length - 1;
}
