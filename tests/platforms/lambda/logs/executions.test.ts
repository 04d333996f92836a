import fc from 'fast-check';
import { expect, test } from 'vitest';
import { executionReader, type Execution, type LogEvent } from '../../../../platforms/lambda/logs/executions.js';

const [A, B] = ['aaaaaaaa-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000002'];
const at = (atMs: number, message: string, logStream: string | null = 's1'): LogEvent => ({
  message,
  atMs,
  logStream,
  logGroup: '/aws/lambda/hello',
});
const start = (id: string): string => `START RequestId: ${id} Version: $LATEST`;
const report = (id: string, more = ''): string =>
  `REPORT RequestId: ${id}\tDuration: 10.00 ms\tBilled Duration: 10 ms\t${more}`;

function read(...events: LogEvent[]): Execution[] {
  const reader = executionReader();
  return [...events.flatMap((event) => reader.add(event)), ...reader.end()];
}

test('start and end are the times of START and REPORT, the environment is the log stream', () => {
  const [execution] = read(at(1_000, start(A)), at(1_011, `END RequestId: ${A}`), at(1_012, report(A)));
  expect(execution).toMatchObject({
    report: { requestId: A, durationMs: 10 },
    startMs: 1_000,
    endMs: 1_012,
    logStream: 's1',
    logGroup: '/aws/lambda/hello',
    failedInit: false,
    fault: null,
  });
});

test('a START of another request, or of another environment, is no start of this one', () => {
  const executions = read(at(1_000, start(B)), at(1_001, start(A), 's2'), at(1_012, report(A)));
  expect(executions).toMatchObject([{ startMs: null, endMs: 1_012 }]);
});

test('an environment may execute several requests at a time: each START is its own request’s', () => {
  const executions = read(at(1_000, start(A)), at(1_005, start(B)), at(1_012, report(B)), at(1_020, report(A)));
  expect(executions.map((one) => [one.report.requestId, one.startMs])).toEqual([
    [B, 1_005],
    [A, 1_000],
  ]);
});

test('a START that is listed after the REPORT of its millisecond still counts; one of a retry does not', () => {
  expect(read(at(1_000, report(A)), at(1_000, start(A)))).toMatchObject([{ startMs: 1_000, endMs: 1_000 }]);
  const [first, second] = read(at(1_000, report(A)), at(61_000, start(A)), at(61_010, report(A)));
  expect([first!.startMs, second!.startMs]).toEqual([null, 61_000]);
});

test('the same request id on two streams, and twice on one, is each time an execution of its own', () => {
  const events = [
    at(1_000, start(A)),
    at(1_010, report(A)),
    at(61_000, start(A), 's2'),
    at(61_010, report(A), 's2'),
    at(181_000, start(A), 's2'),
    at(181_010, report(A), 's2'),
  ];
  const executions = read(...events).toSorted((a, b) => a.endMs! - b.endMs!);
  expect(executions.map(({ startMs, logStream }) => [startMs, logStream])).toEqual([
    [1_000, 's1'],
    [61_000, 's2'],
    [181_000, 's2'],
  ]);
});

test.each([
  ['was made again within the invocation', 'INIT_REPORT Init Duration: 87.28 ms\tPhase: invoke\tStatus: error', true],
  ['failed ahead of it', 'INIT_REPORT Init Duration: 9999.47 ms\tPhase: init\tStatus: timeout', true],
  ['went well ahead of it', 'INIT_REPORT Init Duration: 612.33 ms\tPhase: init', false],
])('an init that %s belongs to the next execution of its stream, and to that alone', (_, line, failedInit) => {
  const executions = read(
    at(900, line),
    at(950, start(B), 's2'),
    at(960, report(B), 's2'),
    at(1_000, start(A)),
    at(1_010, report(A)),
    at(2_010, report(B)),
  );
  expect(executions.map((one) => [one.report.requestId, one.logStream, one.failedInit])).toEqual([
    [A, 's1', failedInit],
    [B, 's1', false],
    [B, 's2', false],
  ]);
});

test('how Lambda ended an execution is told before its report, or after it as older logs have it', () => {
  const timeout = (id: string): string => `2018-08-19T14:31:58.803Z ${id} Task timed out after 3.00 seconds`;
  const fault = 'Task timed out after 3.00 seconds';
  expect(read(at(1, start(A)), at(2, timeout(A)), at(3, report(A)))).toMatchObject([{ fault }]);
  expect(read(at(1, start(A)), at(3, report(A)), at(3, timeout(A)))).toMatchObject([{ fault }]);
  expect(read(at(1, start(A)), at(2, timeout(B)), at(3, report(A)), at(3, timeout(B)))).toMatchObject([
    { fault: null },
  ]);
  // The first attempt went well, the second one timed out.
  const retried = read(at(1, report(A)), at(2, start(A)), at(3, timeout(A)), at(4, report(A)));
  expect(retried.map((one) => one.fault)).toEqual([null, fault]);
});

test('a failure that only runtimeDone tells counts, and does not hide what the report tells', () => {
  const done = (status: string): string =>
    JSON.stringify({ type: 'platform.runtimeDone', record: { requestId: A, status, errorType: 'MyError' } });
  const reported = (status?: string): string =>
    JSON.stringify({ type: 'platform.report', record: { requestId: A, status, metrics: { durationMs: 1 } } });
  const statusOf = (...lines: string[]) =>
    read(...lines.map((line) => at(1, line))).map(({ report: { status, errorType } }) => [status, errorType]);
  expect(statusOf(done('error'), reported())).toEqual([['error', 'MyError']]);
  expect(statusOf(done('error'), reported('success'))).toEqual([['error', 'MyError']]);
  expect(statusOf(done('success'), reported('timeout'))).toEqual([['timeout', null]]);
  expect(statusOf(reported('success'))).toEqual([['success', null]]);
});

test('a torn-off XRAY line belongs to the report before it', () => {
  const xray = 'XRAY TraceId: 1-5d-37\tSegmentId: 1f\tSampled: true';
  expect(read(at(1, report(A)), at(1, xray), at(2, report(B)))).toMatchObject([
    { trace: { id: '1-5d-37', sampled: true } },
    { trace: null },
  ]);
});

test('lines of the function are counted and change nothing, wherever they stand', () => {
  const log = [at(1, start(A)), at(2, `END RequestId: ${A}`), at(3, report(A)), at(4, start(B)), at(9, report(B))];
  const own = fc.oneof(
    fc.string().map((text) => `said: ${text}`),
    fc.constantFrom(`my REPORT RequestId: ${A}\tDuration: 9 ms`, '{"level":"INFO"}', 'XRAY', ''),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(own, fc.nat(log.length))), (lines) => {
      const mixed = [...log];
      for (const [text, place] of lines) mixed.splice(place, 0, at(3, text));
      const reader = executionReader();
      const executions = [...mixed.flatMap((event) => reader.add(event)), ...reader.end()];
      expect(executions).toEqual(read(...log));
      expect(reader.counts).toEqual({ lines: log.length + lines.length, reports: 2, foreign: lines.length });
    }),
  );
});
