import { z } from 'zod';
import {
  CONCURRENCIES,
  IDLE_GAPS,
  type ColdStartClass,
  type ColdStarts,
  type MeasuredWorkers,
  type RunSeries,
} from '../dynamics.js';
import { estimate } from './estimates.js';
import { count, describes, list, numberOrNull, positive, text, wordOf } from './words.js';

const classesBy = (classes: readonly string[], of: string) =>
  list(
    describes<ColdStartClass>()(
      z.strictObject({
        class: wordOf(classes, 'The circumstance'),
        cold: count('Cold ones among those that met it'),
        n: count('Executions that met it and are known to have been cold or warm'),
      }),
    ),
    `${of}; a class that no execution met is left out`,
  );

const coldStartFigures = {
  count: count('Cold executions'),
  known: count('Executions of which it is known whether they were cold'),
  share: estimate.describe('count / known (0 to 1)'),
  by_idle_gap: classesBy(
    IDLE_GAPS,
    'By the time since the last execution of the same function ended, where none was under way',
  ),
  by_concurrency: classesBy(
    CONCURRENCIES,
    'By the executions of the same function that were waiting or running at the arrival',
  ),
};

export const coldStarts = describes<ColdStarts>()(
  z.strictObject({
    ...coldStartFigures,
    measured: describes<MeasuredWorkers>()(
      z.strictObject({
        answers: count('Answers of faas_measure that told exist_id and new_id'),
        workers_filled: count('Of these, those where the platform named no worker'),
        cold_filled: count('Of these, those where the platform did not say whether it was cold'),
        disagreeing: count('Of these, those where the platform says the opposite; its word is kept'),
      }),
    ).describe('What answers of faas_measure added, and where they speak against the platform'),
    untimed: count('Of the known, those without any time: they are in no class'),
    timed_by_client: count(
      "Of those in the classes, the ones placed by the client's times, since the platform tells none",
    ),
    functions: list(
      z
        .strictObject({ name: text('The function'), ...coldStartFigures })
        .meta({ id: 'FunctionColdStarts', description: 'The same of the executions of one function' }),
      'The same figures of each function',
    ),
  }),
);

const perBin = (item: z.ZodNumber, of: string) => list(item, `${of}; a number for each bin`);
const rate = z.number().min(0);
const level = z.int().min(0);

export const runSeries = describes<RunSeries>()(
  z.strictObject({
    bin_ms: positive('Width of a bin, ms'),
    bins: count('How many; every list here is as long'),
    clock_offset_ms: numberOrNull(
      "Added to the platform's times, ms, so that activations neither arrive before their request was sent nor end after its answer came; 0 where they keep this as they are; null where the platform tells no time",
    ),
    planned_per_s: perBin(rate, 'Rows by planned_ms, per second'),
    fired_per_s: perBin(rate, 'Rows by fired_ms, per second'),
    completed_per_s: perBin(rate, 'Rows that did not fail, when they were done, per second'),
    in_flight: perBin(level, 'Sent and without an end, the most at one moment'),
    live_workers: z
      .array(level)
      .nullable()
      .describe(
        'Workers between the begin of their first and the end of their last execution, the most at one moment; a number for each bin; null where no worker is told',
      ),
    executions: count('Executions known'),
    workers_told: count('Of these, those that told their worker; the workers of the others are not among the live'),
    errors: z
      .record(z.string(), z.array(level))
      .describe(
        'Failed, dropped and lost rows by kind of error, in the bin in which they were planned; a number for each bin',
      ),
    throttled: perBin(level, 'Of these, the throttled'),
  }),
);
