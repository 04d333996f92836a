import { z } from 'zod';
import { PHASES } from './plan.js';

const LONGEST_MS = 3_600_000;
const MS = 'must be a number of milliseconds from 0 to 3600000';
const ms = z.number({ error: MS }).gte(0, { error: MS }).lte(LONGEST_MS, { error: MS });
const SECONDS = 'must be a number of seconds from 0 to 3600';
const seconds = z.number({ error: SECONDS }).gte(0, { error: SECONDS }).lte(3_600, { error: SECONDS });
const ABOVE = 'must be a number above 0';
const above = z.number({ error: ABOVE }).gt(0, { error: ABOVE }).lte(1e6, { error: ABOVE });

const delay = z.union(
  [
    ms,
    z.discriminatedUnion('distribution', [
      z.strictObject({ distribution: z.literal('constant'), ms }),
      z
        .strictObject({ distribution: z.literal('uniform'), low: ms, high: ms })
        .refine(({ low, high }) => low <= high, { path: ['low'], error: 'must not be above "high"' }),
      z.strictObject({ distribution: z.literal('exponential'), mean: ms }),
      z.strictObject({ distribution: z.literal('lognormal'), median: ms, sigma: above }),
      z.strictObject({ distribution: z.literal('pareto'), least: ms, alpha: above }),
    ]),
  ],
  {
    error:
      'must be milliseconds from 0 to 3600000, or {"distribution": "uniform", "low", "high"}, "exponential" with "mean", ' +
      '"lognormal" with "median" and "sigma", "pareto" with "least" and "alpha"',
  },
);

const PROBABILITY = 'must be a probability from 0 to 1';
const FUNCTION = 'must be the name of a function, e.g. "hello"';
const reach = {
  function: z.string({ error: FUNCTION }).min(1, { error: FUNCTION }).nullish(),
  probability: z.number({ error: PROBABILITY }).gte(0, { error: PROBABILITY }).lte(1, { error: PROBABILITY }).nullish(),
};
const rule = z.strictObject(reach, { error: ruleError('must be an object, e.g. {"probability": 0.01}') });
const SEED = 'must be a whole number from 0 to 4294967295';
const PHASE = `must be one of ${PHASES.map((phase) => `"${phase}"`).join(', ')}`;
const SKEW = 'must be a number of milliseconds, from -86400000 to 86400000';

/** What may stand in the file of `faaslab platform --faults`. */
export const faultsFile = z.strictObject(
  {
    seed: z
      .int({ error: SEED })
      .gte(0, { error: SEED })
      .lt(2 ** 32, { error: SEED })
      .nullish(),
    latency: listOf(
      z.strictObject(
        { ...reach, phase: z.enum(PHASES, { error: PHASE }), delay },
        { error: ruleError('must be an object: {"phase": …, "delay": …}') },
      ),
    ),
    errors: listOf(rule),
    throttles: listOf(rule),
    crashes: listOf(z.strictObject({ ...reach, after: delay.nullish() }, { error: ruleError('must be an object') })),
    stalls: listOf(
      z.strictObject({ at_s: seconds, for_s: seconds }, { error: ruleError('must be {"at_s": …, "for_s": …}') }),
    ),
    records: z
      .strictObject(
        {
          lost: listOf(rule),
          delayed: listOf(z.strictObject({ ...reach, delay }, { error: ruleError('must be an object: {"delay": …}') })),
          duplicated: listOf(rule),
        },
        { error: ruleError('must be an object of "lost", "delayed", "duplicated"') },
      )
      .nullish(),
    clock_skew_ms: z
      .number({ error: SKEW })
      .gte(-86_400_000, { error: SKEW })
      .lte(86_400_000, { error: SKEW })
      .nullish(),
  },
  { error: ruleError('must be a JSON object') },
);

function listOf<Entry extends z.ZodType>(entry: Entry) {
  return z.array(entry, { error: 'must be a list' }).nullish();
}

/** Unknown keys are told one by one where they stand; everything else in our own words. */
function ruleError(requirement: string) {
  return (issue: { code?: string | undefined }) => (issue.code === 'unrecognized_keys' ? undefined : requirement);
}

export type FaultsFile = z.infer<typeof faultsFile>;
