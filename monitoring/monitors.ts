import type { MonitorOutcome } from '../records/manifest.js';
import type { MonitoringConfig } from '../workload/model.js';
import { type ScriptPlace, startScript } from './scripts.js';

/** The monitors of one run. */
export interface Monitors {
  /** Waits for the runtime script, at most so long after the test, and ends what is left of it. */
  endRuntime(graceMs: number): Promise<void>;
  /** Runs the post script to its end, at most so long and not beyond a stop. */
  runPost(limitMs: number, stop: AbortSignal): Promise<void>;
  /** how each script ended so far */
  readonly outcomes: MonitorOutcome[];
}

/** Starts the runtime script, where the config names one. */
export async function startMonitors(
  { runtimeScript, postScript }: MonitoringConfig,
  place: ScriptPlace,
): Promise<Monitors> {
  const outcomes: MonitorOutcome[] = [];
  let runtime = runtimeScript === null ? null : await startScript('runtime_script', runtimeScript, place);
  return {
    outcomes,
    async endRuntime(graceMs) {
      const ending = runtime;
      runtime = null;
      if (ending !== null) outcomes.push(await ending.end(graceMs));
    },
    async runPost(limitMs, stop) {
      if (postScript === null) return;
      const post = await startScript('post_script', postScript, place);
      outcomes.push(await post.end(limitMs, stop));
    },
  };
}
