import { z } from 'zod';
import { endpointSchema } from './schema-endpoint.js';
import { instanceSchema } from './schema-instance.js';
import { monitoringSchema } from './schema-monitoring.js';
import { integer, number, text } from './schema-words.js';

/** Longer than three years; whole microseconds stay exact up to a hundred times as long. */
const LONGEST_TEST_S = 1e8;
/** The longest delay of a timer, in milliseconds. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

const duration = number('must be a number of seconds > 0 and ≤ 100000000', { above: 0, max: LONGEST_TEST_S });
const condition = text('must be a comparison such as "< 500"');

export const limitsSchema = z.object(
  {
    max_in_flight: integer('must be a whole number from 1 to 1000000', { min: 1, max: 1e6 })
      .default(10_000)
      .describe('Invocations under way at once; above it one is dropped, and recorded as dropped'),
    timeout_ms: number('must be a number of milliseconds > 0 and ≤ 2147483647', { above: 0, max: LONGEST_TIMEOUT_MS })
      .default(70_000)
      .describe('How long an answer may take'),
    lateness_budget_ms: number('must be a number of milliseconds > 0', { above: 0 })
      .default(10)
      .describe('A run whose p99 of lateness or of send lag is larger is invalid'),
    response_body_bytes: integer('must be a whole number from 0 to 1073741824', { min: 0, max: 2 ** 30 })
      .default(4096)
      .describe('How much of each answer is kept; 0 = nothing'),
  },
  { error: 'must be an object' },
);

/** A workload config: every key of FaaSProfiler's, and ours. Rules between keys are in the resolve-*.ts files. */
export const configSchema = z.object(
  {
    $schema: text('must be the address of a JSON Schema').optional(),
    test_name: text('must be a name').describe('1 to 100 bytes; no slash, backslash or leading dot'),
    test_duration_in_seconds: duration.nullish().describe('How long invocations are planned for'),
    test_duration_inseconds: duration.nullish().describe('The older spelling of test_duration_in_seconds'),
    random_seed: integer('must be a whole number from 0 to 4294967295, or null', { min: 0, max: 2 ** 32 - 1 })
      .nullish()
      .describe('What all arrivals follow from; null = drawn afresh and recorded'),
    blocking_cli: z
      .boolean({ error: 'must be true or false' })
      .nullish()
      .describe('Whether to wait for results; it never delays the next invocation'),
    endpoint: endpointSchema.nullish().describe('Where invocations go; "local_openwhisk" by default'),
    instances: z
      .record(z.string(), instanceSchema, { error: 'must be an object: a name for each instance' })
      .describe('Named streams of invocations, each of one function'),
    perf_monitoring: monitoringSchema.nullish(),
    limits: limitsSchema.nullish(),
    thresholds: z
      .record(z.string(), z.union([condition, z.record(z.string(), condition)]), {
        error: 'must be an object such as {"response_ms.p99": "< 500"}',
      })
      .nullish()
      .describe('Conditions a run must meet, overall or nested under the name of an instance'),
  },
  { error: 'must be an object: a workload config' },
);

export type ConfigInput = z.output<typeof configSchema>;

export { ENDPOINT_KEYS } from './schema-endpoint.js';
