import { z } from 'zod';
import type { ErrorKind, InvocationPeriod, RecordsRead, StatRow, ThresholdResult } from '../analysis.js';
import type { FunctionResult } from '../results.js';
import { count, describes, flag, numberOrNull, positiveOrNull, text, textOrNull, wordOf } from './words.js';

export const recordsRead = describes<RecordsRead>()(
  z.strictObject({
    source: text(
      'Where the records come from: `openwhisk`, `couchdb`, `documents`, `cloudwatch`, `logs`, or `records` (what the invoker kept)',
    ),
    read: count('Rows of activations.parquet; each attempt and each component of a sequence is one'),
    expected: count('Distinct activation ids that the invocations named'),
    missing: count('Of these, those without a record when the wait was over'),
    complete: flag('Whether none is missing'),
  }),
);

export const invocationPeriod = describes<InvocationPeriod>()(
  z.strictObject({
    seconds: positiveOrNull('First start to last start, s; null where no start is known'),
    rate_per_s: positiveOrNull('Activations per second of that time; null where it has no length'),
  }),
);

export const statRow = describes<StatRow>()(
  z
    .strictObject({
      scope: z.enum(['instance', 'function']).describe('What the row is of'),
      name: text('The instance or the function'),
      function: text('The function that is invoked'),
      distribution: textOrNull(
        'Arrival process of the config, `list` for a list of gaps, several joined by ` + `; null where the config says none',
      ),
      rate: positiveOrNull(
        'Planned rows per second of its activity windows (no window: the whole test); null where these have no length',
      ),
      configured_rate: positiveOrNull(
        'Rate the config asks for, per second, the mean of a profile; null for a list, a trace, and instances with different windows',
      ),
      throughput: positiveOrNull(
        '1000 · n / (last end − min(first start, window start)), per second, of activations with times (in a run without activations: of ok answers by sent and end); null where there is none',
      ),
      rel_stress: positiveOrNull('rate / throughput; null where one of them is null'),
      planned: count('Invocations that have a row: planned and not unreached'),
      ok: count("Outcome `ok`, by the client's word"),
      failed: count("Outcome `failed`, by the client's word"),
      dropped: count('Never sent because of `limits.max_in_flight`'),
      lost: count('No end is known'),
    })
    .meta({ id: 'StatRow', description: "A row of FaaSProfiler's stat frame: an instance or a function" }),
);

export const errorKind = describes<ErrorKind>()(
  z
    .strictObject({
      function: text('The function that was invoked'),
      outcome: wordOf(
        ['ok', 'failed', 'dropped', 'lost'],
        "The client's word; `ok` where only the platform's record says that the activation failed",
      ),
      error: text('Why, as in the column `error` (docs/columns.md); `function_error` where the outcome is `ok`'),
      status: z.int().nullable().describe('HTTP status; null where there was no answer'),
      count: count('Invocations that failed so'),
      example: textOrNull(
        'One message, from the record or the kept answer; null where none was kept. Written by others: escape it before you show it',
      ),
    })
    .meta({ id: 'ErrorKind', description: 'Invocations of one function that failed in one way' }),
);

export const thresholdResult = describes<ThresholdResult>()(
  z
    .strictObject({
      name: text('What is judged, e.g. `response_ms.p99`, `error_rate`'),
      scope: text('`overall`, or the instance'),
      condition: text('What it must be, e.g. `< 500`'),
      value: numberOrNull('What it was over the rows that have a value; null where it cannot be judged (`note`)'),
      met: z.boolean().nullable().describe('Whether the condition holds; null where the value is null'),
      note: textOrNull('Why it cannot be judged; null where it was'),
    })
    .meta({ id: 'ThresholdResult', description: 'A threshold of the config, judged on the full records' }),
);

export const functionResult = describes<FunctionResult>()(
  z
    .strictObject({
      function: text('The function that was invoked'),
      result: text('JSON text, or whatever was answered. Written by others: escape it before you show it'),
      count: count('How often it was the result'),
      distinct_results: count('How many distinct results the function has in all, listed or not'),
    })
    .meta({ id: 'FunctionResult', description: 'One of the distinct results of a function' }),
);
