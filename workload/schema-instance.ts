import { z } from 'zod';
import { traceSchema } from './schema-trace.js';
import { number, oneOf, text } from './schema-words.js';

export const DISTRIBUTIONS = ['Poisson', 'Uniform', 'Constant', 'Gamma', 'MMPP', 'Trace'] as const;
/** Gaps so unlike each other that most are zero: beyond this a plan is one burst of no foreseeable size. */
const LARGEST_CV = 100;
/** Below this the gaps are constant for every purpose, and 1/cv² soon leaves what a double can hold: the draw would never end. */
const SMALLEST_CV = 0.001;

const seconds = number('must be a number of seconds ≥ 0', { min: 0 });
/** Planned times are whole microseconds: more than one in each would not be told apart. */
export const FASTEST_PER_S = 1e6;
const perSecond = number('must be a number ≥ 0', { min: 0 }).lte(FASTEST_PER_S, {
  error: 'must be at most 1000000, one in each microsecond',
});
const points = z.array(z.tuple([seconds, perSecond], { error: 'must be a pair [t_s, rate]' }), {
  error: 'must be a list of pairs [t_s, rate]',
});

/** What changes more often than this is one rate, its mean: planned times hardly tell it apart. */
const SHORTEST_CHANGE_S = 0.001;
/** A hundred times the longest test: beyond it nothing changes, and sums of arrivals would leave what a double can hold. */
const LONGEST_CHANGE_S = 1e10;
const changeSeconds = number('must be a number of seconds from 0.001 to 10000000000', {
  min: SHORTEST_CHANGE_S,
  max: LONGEST_CHANGE_S,
});

/** A rate that changes with time: exactly one of its keys. */
export const rateProfileSchema = z.object({
  steps: points.nullish().describe('[[t_s, rate], …]: each rate from its time on, the first at 0; the last holds'),
  ramp: points.nullish().describe('[[t_s, rate], …]: linear between the points, the first at 0; the last holds'),
  sinusoid: z
    .object(
      { mean: perSecond, amplitude: perSecond.describe('at most the mean'), period_s: changeSeconds },
      { error: 'must be an object such as {"mean": 20, "amplitude": 15, "period_s": 600}' },
    )
    .nullish()
    .describe('mean + amplitude·sin(2πt/period_s)'),
});

/** A state of an MMPP. */
export const mmppStateSchema = z.object(
  {
    rate: perSecond.describe('Arrivals per second while the state lasts'),
    mean_duration_s: changeSeconds.describe('Mean of its exponentially distributed duration'),
  },
  { error: 'must be an object such as {"rate": 50, "mean_duration_s": 2}' },
);

/** A named stream of invocations of one function. */
export const instanceSchema = z.object(
  {
    application: text('must be the name of a function')
      .nullish()
      .describe('The function: action, package/action or /namespace/package/action'),
    distribution: oneOf(DISTRIBUTIONS).nullish().describe('How arrivals are spread'),
    rate: z.union([perSecond, rateProfileSchema]).nullish().describe('Arrivals per second; 0 = none; or a profile'),
    cv: number('must be a number from 0.001 to 100 (for even gaps there is Constant)', {
      min: SMALLEST_CV,
      max: LARGEST_CV,
    })
      .nullish()
      .describe('Gamma: coefficient of variation of the gaps'),
    states: z
      .array(mmppStateSchema, { error: 'must be a list of states' })
      .nullish()
      .describe('MMPP: its states, which follow each other in turn'),
    trace: traceSchema.nullish().describe('Trace: what is replayed'),
    interarrivals_list: z
      .array(seconds, { error: 'must be a list of seconds' })
      .nullish()
      .describe('Gaps in seconds, cumulated from the start of the test'),
    activity_window: z
      .tuple([seconds, seconds], { error: 'must be [start, end] in seconds' })
      .nullish()
      .describe('[start, end] in seconds: arrivals outside this open interval are left out; null = the whole test'),
    param_file: text('must be the path of a JSON file').nullish().describe('Parameters, like wsk -P'),
    params: z
      .object(
        {
          file: text('must be the path of a JSON or NDJSON file'),
          order: oneOf(['cycle', 'random']).default('cycle').describe('In turn, or drawn for each invocation'),
        },
        { error: 'must be an object such as {"file": "names.ndjson", "order": "random"}' },
      )
      .nullish()
      .describe('A list of parameters, from which each invocation takes its own'),
    data_file: text('must be the path of a file').nullish().describe('Binary body, sent to the web action'),
    content_type: text('must be a media type such as "image/png"')
      .regex(/^[\w.+-]+\/[\w.+-]+(?:;[\x20-\x7e]*)?$/, { error: 'must be a media type such as "image/png"' })
      .nullish()
      .describe('Of data_file or data; otherwise told from its first bytes'),
    url: text('must be an http or https URL').nullish().describe('Generic endpoints'),
    method: text('must be an HTTP method').nullish().describe('Generic endpoints; POST by default'),
    headers: z
      .record(z.string(), z.string({ error: 'must be a text' }), { error: 'must be an object of texts' })
      .nullish()
      .describe('Generic endpoints; ${ENV_NAME} is replaced when sent. Credentials only so'),
    data: z.unknown().optional().describe('Generic endpoints: JSON body'),
  },
  { error: 'must be an object' },
);

export type InstanceInput = z.output<typeof instanceSchema>;
