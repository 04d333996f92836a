import { z } from 'zod';
import { integer, number, oneOf, text } from './schema-words.js';
import { TRACE_FORMATS } from './traces/formats.js';
import { MINUTES_OF_DAY } from './traces/azure2019.js';
import { SHORTEST_PREFIX } from './traces/select-functions.js';

/** Every function becomes an instance with columns, rows of tables and a curve of its own. */
export const MOST_FUNCTIONS = 10_000;

const minute = integer(`must be a whole number from 0 to ${MINUTES_OF_DAY}`, { min: 0, max: MINUTES_OF_DAY });
const second = number('must be a number of seconds ≥ 0', { min: 0 });
const howMany = integer(`must be a whole number from 1 to ${MOST_FUNCTIONS}`, { min: 1, max: MOST_FUNCTIONS });
const scale = number('must be a number from 0.000001 to 1000000', { min: 1e-6, max: 1e6 });

const FUNCTIONS = 'must be {"top": n}, {"sample": n} or a list of functions';

/** What an instance of distribution `Trace` replays. */
export const traceSchema = z.object(
  {
    format: oneOf(TRACE_FORMATS).describe(
      'The Azure Functions traces by their year; csv: function,start_s[,duration_ms]',
    ),
    file: text('must be the path of a file').describe('azure2019: the file of invocations of one day'),
    durations_file: text('must be the path of a file').nullish().describe('azure2019: function_durations_percentiles'),
    minutes: z
      .tuple([minute, minute], { error: 'must be [from, to] in minutes' })
      .nullish()
      .describe('azure2019: [from, to) in minutes from midnight; [540, 560] begins at 09:00'),
    window_s: z
      .tuple([second, second], { error: 'must be [from, to] in seconds' })
      .nullish()
      .describe('azure2021 and csv: [from, to) in seconds since the zero of the trace'),
    functions: z
      .union(
        [
          z.object(
            {
              top: howMany.optional().describe('So many, those with the most invocations in the window'),
              sample: howMany.optional().describe('So many, with the distribution of counts of all; drawn by the seed'),
            },
            { error: FUNCTIONS },
          ),
          z.array(text('must be the name or hash of a function'), { error: FUNCTIONS }).min(1, { error: FUNCTIONS }),
        ],
        { error: FUNCTIONS },
      )
      .nullish()
      .describe(
        `Which functions; a list names each by function, app/function or owner/app/function, of hashes at least ${SHORTEST_PREFIX} characters. ` +
          'Absent = all that the window invokes',
      ),
    time_scale: scale.nullish().describe('Seconds of the test in a second of the trace; 1 by default'),
    rate_scale: scale
      .nullish()
      .describe('Share of the arrivals that is kept; above 1 for azure2019 only; 1 by default'),
    duration_scale: scale.nullish().describe('Factor of all durations; 1 by default'),
    spread: oneOf(['uniform', 'even'])
      .nullish()
      .describe("azure2019: how a minute's count is spread over it; uniform at random by default"),
    duration_parameter: z
      .union([text('must be the name of a parameter, or false'), z.literal(false)])
      .nullish()
      .describe('The parameter that takes a duration in ms; "ms" by default, false = send no durations'),
  },
  { error: 'must be an object' },
);

export type TraceInput = z.output<typeof traceSchema>;
