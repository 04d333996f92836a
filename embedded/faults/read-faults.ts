import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError, messageOf } from '../../common/errors.js';
import { PHASES, type Delay, type FaultPlan } from './plan.js';

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

const fileSchema = z.strictObject(
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

type Given = z.infer<typeof fileSchema>;

/**
 * Reads the file of `faaslab platform --faults`.
 * @throws ConfigError with a line for every wrong key
 */
export async function readFaults(path: string): Promise<FaultPlan> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`--faults ${path}: cannot be read as JSON: ${messageOf(error)}`, { cause: error });
  }
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) throw new ConfigError(wrongKeys(path, content, parsed.error.issues).join('\n'));
  return planOf(parsed.data);
}

function wrongKeys(path: string, content: unknown, issues: z.core.$ZodIssue[]): string[] {
  return issues.flatMap((found) => {
    const issue = deepest(found);
    const at = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `${path}: ${[...at, key].join('.')}: unknown key`);
    }
    const where = at.length === 0 ? '' : `${at.join('.')}: `;
    return [`${path}: ${where}${issue.message}, got ${shown(valueAt(content, issue.path))}`];
  });
}

/** Of an object that was given for a delay, what is wrong inside it says more than that it is neither of two things. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().find((each) => each.path.length > 0 && each.path[0] !== 'distribution');
  const unknown = issue.errors.flat().find((each) => each.code === 'unrecognized_keys');
  const told = inner ?? unknown;
  return told === undefined ? issue : { ...deepest(told), path: [...issue.path, ...told.path] };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], value);
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function planOf(given: Given): FaultPlan {
  return {
    seed: given.seed ?? 1,
    latency: (given.latency ?? []).map((entry) => ({
      ...reachOf(entry),
      phase: entry.phase,
      delay: delayOf(entry.delay),
    })),
    errors: (given.errors ?? []).map(reachOf),
    throttles: (given.throttles ?? []).map(reachOf),
    crashes: (given.crashes ?? []).map((entry) => ({ ...reachOf(entry), after: delayOf(entry.after ?? 0) })),
    stalls: (given.stalls ?? []).map(({ at_s, for_s }) => ({ atMs: at_s * 1_000, forMs: for_s * 1_000 })),
    records: {
      lost: (given.records?.lost ?? []).map(reachOf),
      delayed: (given.records?.delayed ?? []).map((entry) => ({ ...reachOf(entry), delay: delayOf(entry.delay) })),
      duplicated: (given.records?.duplicated ?? []).map(reachOf),
    },
    clockSkewMs: given.clock_skew_ms ?? 0,
  };
}

function reachOf(given: { function?: string | null | undefined; probability?: number | null | undefined }) {
  return { function: given.function ?? null, probability: given.probability ?? 1 };
}

function delayOf(given: number | Delay): Delay {
  return typeof given === 'number' ? { distribution: 'constant', ms: given } : given;
}
