import { basename } from 'node:path';
import { EXIT } from '../common/errors.js';
import { plainText } from '../common/plain-text.js';
import type { Monitors } from '../monitoring/monitors.js';
import type { PlanZero } from '../monitoring/watch.js';
import { readManifest, writeManifest } from '../records/manifest.js';
import type { MonitorScript } from '../workload/model.js';
import type { RunResult } from './run.js';

export interface PostScriptLimits {
  /** it is ended then */
  lastsMs: number;
  /** a wait of so long is told */
  silentMs: number;
}

export const POST_SCRIPT_LIMITS: PostScriptLimits = { lastsMs: 600_000, silentMs: 3_000 };

export interface PostScriptWait {
  /** raised by whoever does not want to wait for it */
  stop: AbortSignal;
  /** it begins */
  onStart?: (() => void) | undefined;
  /** it lasts: a sentence for whoever waits */
  onWait?: ((sentence: string) => void) | undefined;
}

/** The post script finds a run that is complete, and may itself analyse it. An interruption ends it and the program, not the run. */
export async function withPostScript(
  result: RunResult,
  script: MonitorScript | null,
  monitors: Monitors,
  zero: PlanZero,
  { stop, onStart, onWait }: PostScriptWait,
  { lastsMs, silentMs }: PostScriptLimits = POST_SCRIPT_LIMITS,
): Promise<RunResult> {
  if (script === null) return result;
  const waited = setTimeout(() => onWait?.(waitText(script, lastsMs)), silentMs);
  onStart?.();
  try {
    await monitors.runPost(script, lastsMs, stop);
  } finally {
    clearTimeout(waited);
  }
  const manifest = { ...(await readManifest(result.directory)), ...monitors.recorded(zero) };
  await writeManifest(result.directory, manifest);
  return { ...result, manifest, exitCode: stop.aborted ? EXIT.interrupted : result.exitCode };
}

function waitText({ path }: MonitorScript, lastsMs: number): string {
  return `the run is complete; its post_script ${plainText(basename(path))} still runs and is waited for, at most ${lastsMs / 60_000} min (Ctrl-C ends it and the wait)`;
}
