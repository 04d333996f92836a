import { randomStream, type RandomStream } from '../../common/random.js';
import { drawDelay } from './draw-delay.js';
import { NO_FAULTS, type ActivationFaults, type Delay, type FaultPlan, type Reach } from './plan.js';

/** Decides what goes wrong. The same seed and the same order of invocations give the same faults. */
export interface Faults {
  /** Of the next invocation of this function: whether it is refused, or what happens to it. */
  draw(functionName: string): ActivationFaults | 'throttled';
  /** How much longer the front is stalled at this time, ms; the first time that it is asked about is second 0 of the stalls. */
  stalledForMs(nowMs: number): number;
}

/** A platform without faults. */
export const noFaults: Faults = { draw: () => NO_FAULTS, stalledForMs: () => 0 };

/** Each rule has a random stream of its own, so that adding one changes nothing of what the others draw. */
export function createFaults(plan: FaultPlan): Faults {
  const latency = plan.latency.map((rule, at) => ({
    phase: rule.phase,
    draw: delayed(rule, rule.delay, stream('latency', at)),
  }));
  const errors = plan.errors.map((rule, at) => meets(rule, stream('errors', at)));
  const throttles = plan.throttles.map((rule, at) => meets(rule, stream('throttles', at)));
  const crashes = plan.crashes.map((rule, at) => delayed(rule, rule.after, stream('crashes', at)));
  const lost = plan.records.lost.map((rule, at) => meets(rule, stream('records/lost', at)));
  const late = plan.records.delayed.map((rule, at) => delayed(rule, rule.delay, stream('records/delayed', at)));
  const duplicated = plan.records.duplicated.map((rule, at) => meets(rule, stream('records/duplicated', at)));
  let firstMs: number | null = null;

  function stream(kind: string, at: number): RandomStream {
    return randomStream(plan.seed, `faults/${kind}/${at}`);
  }

  return {
    draw(name) {
      // Every rule draws for every invocation that it is about, whatever the others drew: so none moves another's draws.
      const added = { ...NO_FAULTS.added };
      for (const { phase, draw } of latency) added[phase] += draw(name) ?? 0;
      const crashTimes = crashes.map((draw) => draw(name)).filter((ms) => ms !== null);
      const recordDelays = late.map((draw) => draw(name) ?? 0);
      const fails = anyOf(errors, name);
      const isLost = anyOf(lost, name);
      const isDuplicated = anyOf(duplicated, name);
      if (anyOf(throttles, name)) return 'throttled';
      return {
        added,
        fails,
        crashAfterMs: crashTimes.length === 0 ? null : Math.min(...crashTimes),
        record: isLost ? 'lost' : isDuplicated ? 'duplicated' : 'kept',
        recordDelayMs: recordDelays.reduce((sum, ms) => sum + ms, 0),
        clockSkewMs: plan.clockSkewMs,
      };
    },
    stalledForMs(nowMs) {
      firstMs ??= nowMs;
      const at = nowMs - firstMs;
      const ends = plan.stalls.filter(({ atMs, forMs }) => atMs <= at && at < atMs + forMs);
      return Math.max(0, ...ends.map(({ atMs, forMs }) => atMs + forMs - at));
    },
  };
}

type Meets = (functionName: string) => boolean;

function meets(rule: Reach, random: RandomStream): Meets {
  return (name) => (rule.function === null || rule.function === name) && random() < rule.probability;
}

/** The delay of those that it meets, else null. Its size is drawn for the others too. */
function delayed(rule: Reach, delay: Delay, random: RandomStream): (functionName: string) => number | null {
  return (name) => {
    if (rule.function !== null && rule.function !== name) return null;
    const met = random() < rule.probability;
    const ms = drawDelay(delay, random);
    return met ? ms : null;
  };
}

function anyOf(rules: Meets[], name: string): boolean {
  // Not `some`: every rule draws.
  return rules.map((rule) => rule(name)).includes(true);
}
