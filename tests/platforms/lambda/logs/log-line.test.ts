import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLogLine } from '../../../../platforms/lambda/logs/log-line.js';

const ID = 'd4a532ed-29b0-40be-9d69-74bf9fa49a7b';
const json = (type: string, record: object): string =>
  JSON.stringify({ time: '2026-11-21T08:33:20.123Z', type: `platform.${type}`, record });
const AT_MS = Date.UTC(2026, 10, 21, 8, 33, 20, 123);

test.each([
  ['START', `START RequestId: ${ID} Version: $LATEST\n`, { kind: 'start', requestId: ID, atMs: null }],
  ['END', `END RequestId: ${ID}\n`, { kind: 'end', requestId: ID, status: null, errorType: null }],
  ['INIT_START', 'INIT_START Runtime Version: nodejs:22.v98\tRuntime Version ARN: arn:aws:lambda:…', { kind: 'other' }],
  ['RESTORE_START', 'RESTORE_START Runtime Version: java:11.v21\tRuntime Version ARN: arn:…', { kind: 'other' }],
  ['RESTORE_REPORT', 'RESTORE_REPORT Restore Duration: 511.25 ms', { kind: 'other' }],
  [
    'an init that timed out',
    'INIT_REPORT Init Duration: 9999.47 ms\tPhase: init\tStatus: timeout\n',
    { kind: 'init-report', phase: 'init', failed: true },
  ],
  [
    'an init that was made again',
    'INIT_REPORT Init Duration: 87.28 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError',
    { kind: 'init-report', phase: 'invoke', failed: true },
  ],
  [
    'an init that nobody waited for',
    'INIT_REPORT Init Duration: 612.33 ms\tPhase: init\n',
    { kind: 'init-report', phase: 'init', failed: false },
  ],
  [
    'a timeout',
    `2026-11-21T08:33:20.123Z ${ID} Task timed out after 3.00 seconds\n\n`,
    { kind: 'fault', requestId: ID, message: 'Task timed out after 3.00 seconds' },
  ],
  [
    'a process that ended',
    `RequestId: ${ID} Error: Runtime exited with error: exit status 106\nRuntime.ExitError`,
    { kind: 'fault', requestId: ID, message: 'Runtime exited with error: exit status 106' },
  ],
  [
    'the second line of a report',
    'XRAY TraceId: 1-5d082ccc-37e6618ea946686bdadd12c6\tSegmentId: 1f2a3b4c5d6e7f80\tSampled: true\t',
    { kind: 'trace', trace: { id: '1-5d082ccc-37e6618ea946686bdadd12c6', sampled: true } },
  ],
  [
    'platform.start',
    json('start', { requestId: ID, version: '$LATEST' }),
    { kind: 'start', requestId: ID, atMs: AT_MS },
  ],
  [
    'platform.runtimeDone',
    json('runtimeDone', { requestId: ID, status: 'error', errorType: 'Error' }),
    { kind: 'end', requestId: ID, status: 'error', errorType: 'Error' },
  ],
  [
    'platform.initReport',
    json('initReport', { initializationType: 'on-demand', phase: 'invoke', status: 'success', metrics: {} }),
    { kind: 'init-report', phase: 'invoke', failed: false },
  ],
  ['platform.initStart', json('initStart', { initializationType: 'on-demand', phase: 'init' }), { kind: 'other' }],
  ['platform.extension', json('extension', { name: 'x', state: 'Ready', events: [] }), { kind: 'other' }],
])('%s is read', (_, line, expected) => {
  expect(parseLogLine(line)).toEqual(expected);
});

test('the trace of a report is read from its second line, from a copy in one line, and from JSON', () => {
  const report = `REPORT RequestId: ${ID}\tDuration: 2.04 ms`;
  const xray = 'XRAY TraceId: 1-5d082ccc-37e6618ea946686bdadd12c6\tSegmentId: 1f2a\tSampled: true';
  const trace = { id: '1-5d082ccc-37e6618ea946686bdadd12c6', sampled: true };
  const tracing = {
    spanId: '24cd7d670fa455f0',
    type: 'X-Amzn-Trace-Id',
    value: 'Root=1-5d082ccc-37e6618ea946686bdadd12c6;Parent=35465b3a9e2f7c6a;Sampled=1',
  };
  expect(parseLogLine(`${report}\t\n${xray}\t\n`)).toMatchObject({ kind: 'report', trace });
  expect(parseLogLine(`${report} ${xray.replaceAll('\t', ' ')}`)).toMatchObject({ kind: 'report', trace });
  expect(parseLogLine(json('report', { requestId: ID, metrics: {}, tracing }))).toMatchObject({ trace, atMs: AT_MS });
  const unsampled = { ...tracing, value: tracing.value.replace('Sampled=1', 'Sampled=0') };
  expect(parseLogLine(json('report', { requestId: ID, metrics: {}, tracing: unsampled }))).toMatchObject({
    trace: { ...trace, sampled: false },
  });
  expect(parseLogLine(`${report}\t\n`)).toMatchObject({ kind: 'report', trace: null });
});

test.each([
  ['words', 'hello'],
  ['nothing', ''],
  ['a line that mentions a report', `INFO REPORT RequestId: ${ID}\tDuration: 1 ms`],
  ['a line that mentions a timeout', `INFO ${ID} Task timed out after 3.00 seconds`],
  ['JSON of its own', '{"level":"INFO","message":"platform.report"}'],
  ['JSON of its own that names a type', '{"type":"platform","record":{}}'],
  ['half of a report in JSON', json('report', { requestId: ID }).slice(0, -3)],
  ['a report in JSON without an id', json('report', { metrics: {} })],
  ['a start in JSON without an id', json('start', {})],
  ['an XRAY line without a trace', 'XRAY what is this'],
])('%s is the function’s own', (_, line) => {
  expect(parseLogLine(line)).toBeNull();
});

const hundredths = fc.integer({ min: 0, max: 90_000_000 }).map((n) => n / 100);
const whole = fc.integer({ min: 0, max: 1_000_000 });
const report = fc.record({
  durationMs: hundredths,
  billedMs: whole,
  memorySizeMib: whole,
  maxMemoryUsedMib: whole,
  initMs: fc.option(hundredths),
  restoreMs: fc.option(hundredths),
  status: fc.option(fc.constantFrom('timeout', 'error')),
  sampled: fc.option(fc.boolean()),
});

test('a report in text and the same report in JSON are read as the same', () => {
  fc.assert(
    fc.property(fc.uuid(), report, (requestId, told) => {
      const { durationMs, billedMs, memorySizeMib, maxMemoryUsedMib, initMs, restoreMs, status, sampled } = told;
      const text = [
        `REPORT RequestId: ${requestId}`,
        `Duration: ${durationMs.toFixed(2)} ms`,
        `Billed Duration: ${billedMs} ms`,
        `Memory Size: ${memorySizeMib} MB`,
        `Max Memory Used: ${maxMemoryUsedMib} MB`,
        ...(initMs === null ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
        ...(restoreMs === null
          ? []
          : [`Restore Duration: ${restoreMs.toFixed(2)} ms`, 'Billed Restore Duration: 1 ms']),
        ...(status === null ? [] : [`Status: ${status}`]),
        sampled === null ? '\n' : `\nXRAY TraceId: 1-0-0\tSegmentId: 0\tSampled: ${sampled}\t\n`,
      ].join('\t');
      const record = {
        requestId,
        ...(status === null ? {} : { status }),
        metrics: {
          durationMs,
          billedDurationMs: billedMs,
          memorySizeMB: memorySizeMib,
          maxMemoryUsedMB: maxMemoryUsedMib,
          ...(initMs === null ? {} : { initDurationMs: initMs }),
          ...(restoreMs === null ? {} : { restoreDurationMs: restoreMs, billedRestoreDurationMs: 1 }),
        },
        ...(sampled === null
          ? {}
          : { tracing: { type: 'X-Amzn-Trace-Id', value: `Root=1-0-0;Parent=0;Sampled=${Number(sampled)}` } }),
      };
      expect({ ...parseLogLine(text), atMs: AT_MS }).toEqual(parseLogLine(json('report', record)));
    }),
    { numRuns: 300 },
  );
});

test('no line whatsoever makes the parser throw', () => {
  const parts = [
    'REPORT RequestId: ',
    'START RequestId: ',
    'INIT_REPORT Init Duration: ',
    'XRAY TraceId: ',
    'Sampled: ',
    ID,
  ];
  const lines = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json().map((record) => `{"type":"platform.report","record":${record}}`),
    fc.json().map((record) => `{"time":${record},"type":"platform.start","record":${record}}`),
    fc.array(fc.constantFrom(...parts, '\t', '\n', ' ', '{"type":"platform.', '}')).map((some) => some.join('')),
  );
  fc.assert(
    fc.property(lines, (line) => {
      const read = parseLogLine(line);
      expect(read === null || typeof read.kind === 'string').toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
