import { z } from 'zod';
import { ConfigError } from '../common/errors.js';
import { cumulativeRate } from './arrivals/cumulative-rate.js';
import { mmppMeanRate } from './arrivals/mmpp.js';
import { collectFindings } from './findings.js';
import type { ArrivalSpec, PlanSource } from './model.js';
import { resolveRate } from './resolve-rate.js';
import { mmppStateSchema, rateProfileSchema } from './schema-instance.js';
import { arrivalsAgain, recordedTrace } from './traces/recorded.js';

const nonNegative = z.number().nonnegative();
/** Held against the same rules as a config's, for a manifest may have been edited. */
const recordedRate = z.union([nonNegative, rateProfileSchema]).transform((given, context) => {
  const findings = collectFindings('');
  const rate = resolveRate(given as Parameters<typeof resolveRate>[0], [], findings);
  if (rate !== undefined && !findings.concerns([])) return rate;
  context.addIssue({ code: 'custom', message: 'is no rate' });
  return z.NEVER;
});
const recordedInstance = z
  .object({ activity_window: z.tuple([nonNegative, nonNegative]).nullish() })
  .and(
    z.union([
      z.object({ interarrivals_list: z.array(nonNegative) }),
      z.object({ distribution: z.enum(['Poisson', 'Uniform', 'Constant']), rate: recordedRate }),
      z.object({ distribution: z.literal('MMPP'), states: z.array(mmppStateSchema).min(2) }),
      z.object({ distribution: z.literal('Trace'), trace: recordedTrace }),
      z.object({ distribution: z.literal('Gamma'), rate: recordedRate, cv: z.number().positive() }),
    ]),
  );
const recordedTest = z.object({
  test_duration_in_seconds: z.number().positive(),
  random_seed: z.number().int().nonnegative(),
});

/**
 * What a run's plan followed from, read back from the resolved config of its manifest: the same plan, row for row. Traces are
 * read again from their files.
 * @param files SHA-256 of every file that the run read, by absolute path
 * @throws ConfigError if it is not one that this version can plan, or a trace is gone or differs
 */
export async function planSourceFromResolved(
  resolved: Record<string, unknown>,
  files: Record<string, string>,
): Promise<PlanSource> {
  const test = recordedTest.safeParse(resolved);
  const named = resolved['instances'];
  if (!test.success || typeof named !== 'object' || named === null) throw notRecorded('the test');
  const instances = Object.entries(named).map(([name, recorded]) => {
    const instance = recordedInstance.safeParse(recorded);
    if (!instance.success) throw notRecorded(`instance ${JSON.stringify(name)}`);
    return { name, recorded: instance.data };
  });
  const traces = await arrivalsAgain(
    instances.flatMap(({ recorded }) => ('trace' in recorded ? [recorded.trace] : [])),
    files,
  );
  return {
    durationS: test.data.test_duration_in_seconds,
    seed: test.data.random_seed,
    instances: instances.map(({ name, recorded }) => ({
      name,
      arrivals: 'trace' in recorded ? traces.shift()! : arrivalSpec(recorded),
      windowS: recorded.activity_window ?? null,
    })),
  };
}

/**
 * The mean rate that a recorded instance was asked for within its window, per second; null where none was: an interarrival list, a
 * trace, or what cannot be read.
 */
export function configuredRate(recorded: unknown, [fromS, toS]: readonly [number, number]): number | null {
  const instance = recordedInstance.safeParse(recorded);
  if (!instance.success || 'trace' in instance.data) return null;
  const arrivals = arrivalSpec(instance.data);
  if (arrivals.process === 'MMPP') return mmppMeanRate(arrivals.states);
  if (!('ratePerS' in arrivals)) return null;
  const { ratePerS } = arrivals;
  if (typeof ratePerS === 'number') return ratePerS;
  const expected = cumulativeRate(ratePerS);
  return toS > fromS ? (expected(toS) - expected(fromS)) / (toS - fromS) : null;
}

type RecordedInstance = z.output<typeof recordedInstance>;

function arrivalSpec(recorded: Exclude<RecordedInstance, { trace: unknown }>): ArrivalSpec {
  if ('interarrivals_list' in recorded) return { process: 'list', interarrivalsS: recorded.interarrivals_list };
  if (recorded.distribution === 'MMPP') {
    const states = recorded.states.map(({ rate, mean_duration_s }) => ({
      ratePerS: rate,
      meanDurationS: mean_duration_s,
    }));
    return { process: 'MMPP', states };
  }
  if (recorded.distribution === 'Gamma') return { process: 'Gamma', ratePerS: recorded.rate, cv: recorded.cv };
  return { process: recorded.distribution, ratePerS: recorded.rate };
}

function notRecorded(what: string): ConfigError {
  return new ConfigError(`the manifest's config does not say what ${what} was planned from; it cannot be repeated`);
}
