import { z } from 'zod';
import type { GroupFigures, PartName, Parts, SummaryLine } from '../analysis.js';
import { estimate, moments, quantiles } from './estimates.js';
import { count, describes, numberOrNull, text } from './words.js';

export const summaryLine = describes<SummaryLine>()(
  z
    .strictObject({
      n: count('Activations of this line that are joined to an invocation'),
      init_ms: moments.describe(
        'Init, per invocation: a warm activation counts as 0 as FaaSProfiler counts it, one of which nothing is known does not count',
      ),
      execution_ms: moments.describe('Duration without init'),
      latency_ms: moments.describe('Wait + duration, init included; not of activations whose wait is not known'),
    })
    .meta({ id: 'SummaryLine', description: 'Activations joined to invocations: all, the warm or the cold ones' }),
);

const partFigures = (figure: string) =>
  describes<Record<PartName, number | null>>()(
    z.strictObject({
      lateness_ms: numberOrNull(`${figure} of fired − planned, ms; null where n = 0`),
      send_wait_ms: numberOrNull(`${figure} of sent − fired (queue, connection, TLS), ms; null where n = 0`),
      network_front_ms: numberOrNull(
        `${figure} of service time − wait − duration (network, front end, answer), ms; negative where the two clocks say so; null where n = 0 or \`network_front_wait_ms\` stands for it`,
      ),
      network_front_wait_ms: numberOrNull(
        `${figure} of service time − duration, ms: network, front end and wait in one, where the platform told the wait of fewer than half of the invocations of the run; null elsewhere and where n = 0`,
      ),
      wait_ms: numberOrNull(
        `${figure} of the platform's wait, ms; null where n = 0 or \`network_front_wait_ms\` stands for it`,
      ),
      init_ms: numberOrNull(`${figure} of the init, ms, 0 of a warm activation; null where n = 0`),
      execution_ms: numberOrNull(`${figure} of duration − init, ms; null where n = 0`),
    }),
  );

export const parts = describes<Parts>()(
  z
    .strictObject({
      n: count('Invocations of which every part is known; the figures are of these'),
      negative: count('Of these, those in which a part is negative (two clocks); they are counted, never clipped'),
      mean: partFigures('Mean').describe('They sum to the mean response time of these invocations'),
      p99: partFigures('99th percentile').describe('Each of its own: they sum to nothing'),
    })
    .meta({
      id: 'Parts',
      description: 'Parts of the response time (docs/columns.md), in the order in which they happen',
    }),
);

export const groupFigures = describes<GroupFigures>()(
  z
    .strictObject({
      name: text('The function, the instance, or `overall`'),
      function: text('The function that an instance invokes; the name itself of a function and of `overall`'),
      planned: count('Invocations of the group that have a row: planned and not unreached'),
      ok: count("Of these, those with outcome `ok`, by the client's word"),
      failed: count("Of these, those with outcome `failed`, by the client's word"),
      dropped: count('Of these, those never sent because of `limits.max_in_flight`'),
      lost: count('Of these, those of which no end is known'),
      answered: count(
        'Invocations with a response time: answered whole, or timed out (with the time waited, a lower bound)',
      ),
      accepted: count('Invocations answered by acceptance (202); their time is in `acceptance_ms`'),
      response_ms: quantiles.describe('end − planned, of the answered'),
      service_ms: quantiles.describe('end − sent, of the answered that were sent'),
      acceptance_ms: quantiles.describe('end − planned, of the accepted'),
      error_rate: estimate.describe(
        'Share (0 to 1) of the planned with an outcome other than `ok`, or whose activation failed',
      ),
      cold_share: estimate.describe(
        'Share (0 to 1) of cold ones among those known to have been cold or warm (n); value null where it is not known of more than 1 % of the executions, since the known ones may be of one kind',
      ),
      cold_count: count('Cold ones among those of which it is known'),
      cold_unknown: count('Executions, sequences left out, of which it is not known whether they were cold'),
      wait_ms: moments.describe("The platform's wait before init or execution"),
      init_ms: moments.describe('Init of the activations that had one: per cold start, other than in `summary`'),
      execution_ms: moments.describe('Duration without init'),
      duration_ms: moments.describe('Duration, init included'),
      parts: z
        .strictObject({
          all: parts.describe('Of all invocations whose parts are known'),
          warm: parts.describe('Of the warm ones among them'),
          cold: parts.describe('Of the cold ones among them'),
        })
        .describe('Where the response time went'),
    })
    .meta({
      id: 'GroupFigures',
      description: 'What became of the invocations of a function, an instance, or the whole run',
    }),
);
