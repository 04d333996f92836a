import { afterEach, expect, test, vi } from 'vitest';
import { cloudWatchActivations, type CloudWatchOptions } from '../../../platforms/lambda/activations-cloudwatch.js';
import type { LogEvent } from '../../../platforms/lambda/logs/executions.js';
import type { ActivationRow } from '../../../records/activations.js';
import { asking, readActivations } from '../../support/activation-reader.js';
import { LAMBDA_ENVIRONMENT, LAMBDA_KEYS } from '../../support/lambda-endpoint.js';
import { logsOf, makeLambdaRun, type ToldExecution } from '../../support/lambda-run.js';
import { logsEndpoint, type LogsEndpointOptions } from '../../support/logs-endpoint.js';
import { emptyFolder } from '../../support/programs.js';

const START_MS = 1_795_250_000_000;
const SPAN = { sinceMs: START_MS - 60_000, uptoMs: START_MS + 90_000 };

afterEach(() => vi.unstubAllEnvs());

type Made = Awaited<ReturnType<typeof made>>;

async function made(format: 'text' | 'json' = 'text', rows = 60) {
  const run = await makeLambdaRun(emptyFolder(), { rows, startEpochMs: START_MS });
  return { run, ...logsOf(run, START_MS, format) };
}

/** Reads the executions of a run from an endpoint that holds its logs. */
async function read(
  { run, events }: Made,
  endpointOptions: Partial<LogsEndpointOptions> = {},
  options: Partial<CloudWatchOptions> = {},
) {
  for (const [name, value] of Object.entries(LAMBDA_ENVIRONMENT)) vi.stubEnv(name, value);
  const { url, calls } = await logsEndpoint({ events, ...endpointOptions });
  const source = cloudWatchActivations({
    runDirectory: run.directory,
    place: { region: LAMBDA_ENVIRONMENT.AWS_REGION, endpointUrl: url, insecure: false },
    applications: ['hello', 'sleep', 'cpu'],
    expected: run.invocations.length,
    retries: false,
    callsPerSecond: 1_000,
    ...options,
  });
  const warnings: string[] = [];
  const rows = await readActivations(source, { span: SPAN, reader: asking(warnings) });
  return { rows, warnings, calls, source };
}

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

function expectAll(rows: ActivationRow[], executions: ToldExecution[]): void {
  const found = rows.map((row) => ({
    id: row.activation_id,
    logStream: row.log_stream,
    startMs: row.start_ms,
    endMs: row.end_ms,
    durationMs: row.execution_ms,
    initMs: row.init_ms,
    cold: row.cold,
  }));
  expect(found.toSorted(byId)).toEqual(executions.toSorted(byId));
}

test.each(['text', 'json'] as const)(
  'every execution of a log in %s is read once, through small, empty and throttled pages',
  async (format) => {
    const all = await made(format);
    // 60 executions with two lines each that are wanted in 3 groups: 40 events a group, six pages of 7, and empty ones.
    const { rows, warnings, calls } = await read(all, { pageSize: 7, emptyEvery: 4, throttledEvery: 9 });
    expectAll(rows, all.executions);
    expect(warnings).toEqual([]);
    expect(rows.map(({ worker }) => worker)).toEqual(rows.map(({ log_stream }) => log_stream));
    expect(calls.filter(({ throttled }) => throttled).length).toBeGreaterThan(1);
    const groups = calls.map(({ input }) => input['logGroupName']);
    expect([...new Set(groups)].toSorted()).toEqual(['/aws/lambda/cpu', '/aws/lambda/hello', '/aws/lambda/sleep']);
  },
);

test('the lines of the function are not even sent, and whose execution it was says the client', async () => {
  const all = await made();
  const { rows, calls } = await read(all);
  const pattern = String(calls[0]!.input['filterPattern']);
  expect(pattern).toContain('?"REPORT RequestId"');
  expect(pattern).toContain('?"platform.report"');
  const failed = new Map(all.run.invocations.map((row) => [row.activation_id, row]));
  for (const { activation_id, success, function: name } of rows) {
    const invocation = failed.get(activation_id)!;
    expect([success, name]).toEqual([invocation.outcome === 'ok', invocation.function]);
  }
});

test('functions are spelled in any way, and the log group of two spellings is read once', async () => {
  const all = await made();
  const applications = ['hello:live', 'arn:aws:lambda:eu-central-1:123456789012:function:hello', 'sleep', 'cpu:7'];
  const { rows, calls } = await read(all, {}, { applications });
  expectAll(rows, all.executions);
  expect(calls).toHaveLength(3);
});

test('a log group that is not there is named, and the others are read', async () => {
  const all = await made();
  const { rows, warnings } = await read(all, {}, { applications: ['gone', 'hello', 'sleep', 'cpu'] });
  expectAll(rows, all.executions);
  expect(warnings).toEqual([
    expect.stringMatching(/^there is no log group \/aws\/lambda\/gone in eu-central-1: .*--logs/),
  ]);
});

test('executions of others are left out', async () => {
  const all = await made();
  const foreign: LogEvent = { ...all.events[3]!, message: 'REPORT RequestId: somebody-elses\tDuration: 1 ms' };
  const { rows } = await read({ ...all, events: [...all.events, foreign] });
  expectAll(rows, all.executions);
});

test.each([
  ['FilterLogEvents', 100_000],
  ['GetQueryResults', 10],
])(
  'a missing permission (%s) is named as IAM calls it, and no secret that AWS repeats',
  async (action, insightsFrom) => {
    const all = await made();
    const reading = read(all, { denied: [action, 'FilterLogEvents'] }, { insightsFrom });
    const fault = await reading.catch((error: Error & { exitCode: number }) => error);
    expect(fault).toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('logs:FilterLogEvents on /aws/lambda/hello') as string,
    });
    expect(String(fault)).not.toContain(LAMBDA_KEYS.sessionToken);
  },
);

test('nothing that listens is said at once', async () => {
  const all = await made();
  await expect(
    read(all, {}, { place: { region: 'eu-central-1', endpointUrl: 'http://127.0.0.1:1', insecure: false } }),
  ).rejects.toThrow(/^http:\/\/127\.0\.0\.1:1 cannot be reached: nothing listens there$/);
});

test('Events may be executed again after the run: the span is longer, and what may be missing is said', async () => {
  const all = await made();
  // The SPAN of these tests ends in 2026, and ten minutes for retries are added to it.
  const { calls, warnings } = await read(all, {}, { retries: true });
  expect(calls[0]!.input['endTime']).toBe(SPAN.uptoMs + 600_000);
  expect(warnings).toEqual(
    Date.now() < SPAN.uptoMs + 600_000 ? [expect.stringMatching(/executes an Event again/)] : [],
  );
});

test('by Logs Insights the same is read: status polled, results paged, times in seconds', async () => {
  const all = await made();
  const { rows, warnings, calls } = await read(all, {}, { insightsFrom: 10 });
  expectAll(rows, all.executions);
  expect(warnings).toEqual([]);
  expect(new Set(calls.map(({ action }) => action))).toEqual(new Set(['StartQuery', 'GetQueryResults']));
  const queries = calls.filter(({ action }) => action === 'StartQuery');
  expect(queries).toHaveLength(1);
  expect(queries[0]!.input).toMatchObject({
    logGroupNames: ['/aws/lambda/hello', '/aws/lambda/sleep', '/aws/lambda/cpu'],
    startTime: SPAN.sinceMs / 1000,
    endTime: SPAN.uptoMs / 1000,
    limit: 100_000,
  });
});

test('where Insights is not permitted, or a group is missing, FilterLogEvents is asked', async () => {
  const all = await made();
  const denied = await read(all, { denied: ['StartQuery'] }, { insightsFrom: 10 });
  expectAll(denied.rows, all.executions);
  expect(denied.warnings).toEqual([expect.stringMatching(/does not permit these credentials logs:StartQuery/)]);
  const missing = await read(all, {}, { insightsFrom: 10, applications: ['hello', 'gone', 'sleep', 'cpu'] });
  expectAll(missing.rows, all.executions);
  expect(missing.warnings).toEqual([expect.stringMatching(/no log group \/aws\/lambda\/gone/)]);
});

test('a source may be read again, and then finds what was ingested meanwhile', async () => {
  const all = await made();
  for (const [name, value] of Object.entries(LAMBDA_ENVIRONMENT)) vi.stubEnv(name, value);
  // One group; at the first listing only the first half of the time is there.
  const middle = START_MS + 15_000;
  const { url } = await logsEndpoint({
    events: all.events,
    ingested: ({ atMs }, listing) => listing > 1 || atMs! < middle,
  });
  const source = cloudWatchActivations({
    runDirectory: all.run.directory,
    place: { region: 'eu-central-1', endpointUrl: url, insecure: false },
    applications: ['hello'],
    expected: 60,
    retries: false,
    callsPerSecond: 1_000,
  });
  const counts: number[] = [];
  for (let reading = 0; reading < 2; reading += 1) {
    let count = 0;
    for await (const batch of source.activations(SPAN, asking())) count += batch.length;
    counts.push(count);
  }
  const expected = all.run.invocations.filter((row) => row.function === 'hello').length;
  expect(counts[1]).toBe(expected);
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts[0]).toBeLessThan(expected);
});
