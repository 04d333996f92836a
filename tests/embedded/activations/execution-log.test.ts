import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createActivation } from '../../../embedded/activations/activation.js';
import { executionLog } from '../../../embedded/activations/execution-log.js';
import { executionReport } from '../../../embedded/activations/execution-report.js';
import type { Outcome } from '../../../embedded/execution/outcome.js';
import { NO_FAULTS } from '../../../embedded/faults/plan.js';
import type { FunctionLog, PlatformFunction } from '../../../embedded/functions.js';
import { epochMsOf, zeroEpochMs } from '../../../embedded/timeline.js';
import { executionReader } from '../../../platforms/lambda/logs/executions.js';

const ID = '3604209a-e9a3-11e6-939a-754dd98c7be3';
const log = (format: FunctionLog['format']): FunctionLog => ({
  group: '/aws/lambda/f',
  format,
  streamOf: () => 's',
  runtimeVersion: 'nodejs:20.x',
  runtimeVersionArn: 'arn:r',
});
const fn = (format: FunctionLog['format']): PlatformFunction => ({
  key: 'k',
  face: 'lambda',
  name: 'f',
  runtime: 'node',
  kind: 'nodejs20.x',
  entry: { convention: 'handler', name: 'index.handler' },
  code: { form: 'source', text: '' },
  version: '$LATEST',
  limits: { timeoutMs: 3000, memoryMb: 128, logsMb: 10, concurrency: 1, maxInstances: null },
  env: {},
  log: log(format),
});

const returned: Outcome = { kind: 'returned', text: '1', bytes: 1, truncated: false };
/** Nanoseconds so that the wall clock shows 2026-01-01T00:00:00.000Z and the ms after it; a microsecond keeps rounding off the edge of a millisecond. */
const at = (ms: number): number => (Date.UTC(2026, 0, 1) - zeroEpochMs + ms + 1e-3) * 1e6;

interface Steps {
  spawnMs: number | null;
  loadedMs: number | null;
  runMs: number | null;
  doneMs: number;
  outcome: Outcome;
  format?: FunctionLog['format'];
  lines?: string[];
  memory?: number | null;
}

function ended({
  spawnMs,
  loadedMs,
  runMs,
  doneMs,
  outcome,
  format = 'Text',
  lines = [],
  memory = 60 * 2 ** 20,
}: Steps) {
  const events = { done: () => undefined, logged: () => undefined };
  const activation = createActivation(fn(format), '{}', at(0), NO_FAULTS, events, { activationId: ID });
  activation.assigned(1);
  if (spawnMs !== null) activation.spawned(at(spawnMs));
  if (loadedMs !== null) activation.loaded(at(loadedMs));
  if (runMs !== null) activation.running(at(runMs));
  activation.done(outcome, at(doneMs));
  activation.logged(lines);
  return Object.assign(activation, { peakMemoryBytes: memory });
}

test('a cold execution is logged as AWS does: init from spawn to loaded, duration from hand-over to done, both billed', () => {
  // init 110.25 − 10 = 100.25 ms, duration 133.5 − 111 = 22.5 ms, ⌈122.75⌉ = 123 ms
  const activation = ended({
    spawnMs: 10,
    loadedMs: 110.25,
    runMs: 111,
    doneMs: 133.5,
    outcome: returned,
    lines: [
      '2026-01-01T00:00:00.050000000Z loading',
      '2026-01-01T00:00:00.120000000Z hello',
      '2026-01-01T00:00:00.140000000Z late',
    ],
  });
  const ms = Date.UTC(2026, 0, 1);
  expect(executionLog(activation, log('Text'))).toEqual([
    [ms + 10, 'INIT_START Runtime Version: nodejs:20.x\tRuntime Version ARN: arn:r\n'],
    [ms + 50, 'loading\n'],
    [ms + 111, `START RequestId: ${ID} Version: $LATEST\n`],
    [ms + 120, 'hello\n'],
    [ms + 133, 'late\n'],
    [ms + 133, `END RequestId: ${ID}\n`],
    [
      ms + 133,
      `REPORT RequestId: ${ID}\tDuration: 22.50 ms\tBilled Duration: 123 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\tInit Duration: 100.25 ms\t\n`,
    ],
  ]);
});

test('what nobody could measure is left out, and sums are exact in hundredths', () => {
  // 0.1 + 0.2 is more than 0.3 in binary: 100.10 + 0.90 = 101.00 must be billed as 101 and not as 102.
  const activation = ended({ spawnMs: 0, loadedMs: 100.1, runMs: 101, doneMs: 101.9, outcome: returned, memory: null });
  expect(executionReport(activation)).toMatchObject({
    durationMs: 0.9,
    initMs: 100.1,
    billedMs: 101,
    maxMemoryUsedMb: null,
  });
  expect(executionLog(activation, log('Text')).at(-1)![1]).not.toContain('Max Memory Used');
});

test('a timeout reports the configured time, in both formats', () => {
  const steps = {
    spawnMs: null,
    loadedMs: null,
    runMs: 5,
    doneMs: 3006.7,
    outcome: { kind: 'timed_out', while: 'run', limitMs: 3000 },
  } as const;
  const text = executionLog(ended(steps), log('Text')).map(([, message]) => message);
  expect(text.slice(1)).toEqual([
    `2026-01-01T00:00:03.006Z ${ID} Task timed out after 3.00 seconds\n\n`,
    `END RequestId: ${ID}\n`,
    `REPORT RequestId: ${ID}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\tStatus: timeout\t\n`,
  ]);
  const json = executionLog(ended({ ...steps, format: 'JSON' }), log('JSON')).map(
    ([, message]) => JSON.parse(message) as unknown,
  );
  expect(json).toEqual([
    { time: '2026-01-01T00:00:00.005Z', type: 'platform.start', record: { requestId: ID, version: '$LATEST' } },
    {
      time: '2026-01-01T00:00:03.006Z',
      type: 'platform.runtimeDone',
      record: { requestId: ID, status: 'timeout', metrics: { durationMs: 3000 } },
    },
    {
      time: '2026-01-01T00:00:03.006Z',
      type: 'platform.report',
      record: {
        requestId: ID,
        status: 'timeout',
        metrics: { durationMs: 3000, billedDurationMs: 3000, memorySizeMB: 128, maxMemoryUsedMB: 60 },
      },
    },
  ]);
});

test('whatever happened, our own reader finds in either format what the timeline says', () => {
  const gap = fc.double({ min: 0, max: 500, noNaN: true });
  const outcome: fc.Arbitrary<Outcome> = fc.constantFrom<Outcome[]>(
    returned,
    { kind: 'raised', errorType: 'Error', message: 'm', stack: [], text: '{}' },
    { kind: 'exited', while: 'run', how: 'signal: killed' },
    { kind: 'timed_out', while: 'run', limitMs: 3000 },
  );
  fc.assert(
    fc.property(
      fc.boolean(),
      gap,
      gap,
      gap,
      outcome,
      fc.constantFrom('Text' as const, 'JSON' as const),
      (cold, init, wait, run, how, format) => {
        const loadedMs = 10 + init;
        const runMs = loadedMs + wait;
        const steps: Steps = {
          spawnMs: cold ? 10 : null,
          loadedMs: cold ? loadedMs : null,
          runMs,
          doneMs: runMs + run,
          outcome: how,
          format,
        };
        const activation = ended(steps);
        const entries = executionLog(activation, log(format));
        const times = entries.map(([ms]) => ms);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        const reader = executionReader();
        const found = entries.flatMap(([atMs, message]) =>
          reader.add({ message, atMs, logStream: 's', logGroup: 'g' }),
        );
        const [execution, ...more] = [...found, ...reader.end()];
        const report = executionReport(activation);
        expect(more).toEqual([]);
        expect(execution).toMatchObject({
          startMs: Math.floor(epochMsOf(activation.timeline.run!)),
          report: {
            requestId: ID,
            durationMs: report.durationMs,
            billedMs: report.billedMs,
            initMs: report.initMs,
            maxMemoryUsedMib: 60,
          },
        });
        // To a hundredth of a millisecond, which a nanosecond of this time of the clock does not reach.
        if (cold) expect(Math.abs(report.initMs! - init)).toBeLessThan(0.0051);
        expect(report.initMs === null).toBe(!cold);
        expect(Math.abs(report.durationMs - (how.kind === 'timed_out' ? 3000 : run))).toBeLessThan(0.0051);
        expect(execution!.report.status === 'timeout').toBe(how.kind === 'timed_out');
      },
    ),
  );
});
