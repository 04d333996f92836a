import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { openTables } from '../../records/tables.js';
import { LAMBDA_ENVIRONMENT, LAMBDA_KEYS } from '../support/lambda-endpoint.js';
import { logsOf, makeLambdaRun, STREAMS_PER_FUNCTION, type LambdaRunOptions } from '../support/lambda-run.js';
import { logsEndpoint, logsEnvironment } from '../support/logs-endpoint.js';
import { emptyFolder, type Ended, programEnded } from '../support/programs.js';

const START_MS = 1_795_250_000_000;
const FUNCTIONS = 3;

/** A working directory with one run on Lambda of which nothing was pulled, and what its functions logged. */
async function ran(options: LambdaRunOptions = {}) {
  const cwd = emptyFolder();
  const run = await makeLambdaRun(join(cwd, 'runs'), { rows: 90, startEpochMs: START_MS, ...options });
  symlinkSync(basename(run.directory), join(cwd, 'runs', 'latest'));
  return { cwd, run, ...logsOf(run, START_MS) };
}

function analyzer(cwd: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return programEnded('WorkloadAnalyzer', args, { cwd, env });
}

function analysisOf({ status, stdout, stderr }: Ended): Analysis {
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Analysis;
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('CloudWatch tells what the answers did not: cold starts, starts, environments; late lines are waited for, no secret is kept', async () => {
  const { cwd, run, events, executions } = await ran();
  const middle = START_MS + 20_000;
  const { url, calls } = await logsEndpoint({
    events,
    pageSize: 20,
    emptyEvery: 3,
    throttledEvery: 11,
    // A listing for each of three groups a reading: at the first reading the last third of the log is not there yet.
    ingested: ({ atMs }, listing) => listing > FUNCTIONS || atMs! < middle,
  });
  const json = await analyzer(cwd, ['--json'], logsEnvironment(url));
  const { records, summary, period, warnings } = analysisOf(json);
  expect(records).toEqual({ source: 'cloudwatch', read: 90, expected: 90, missing: 0, complete: true });
  expect(warnings).toEqual([]);
  const cold = executions.filter((execution) => execution.cold);
  expect(cold).toHaveLength(FUNCTIONS * STREAMS_PER_FUNCTION);
  expect(summary.cold.n).toBe(cold.length);
  expect(summary.cold.init_ms.mean).toBeCloseTo(mean(cold.map(({ initMs }) => initMs!)), 9);
  expect(summary.all.execution_ms.mean).toBeCloseTo(mean(executions.map(({ durationMs }) => durationMs)), 9);
  const starts = executions.map(({ startMs }) => startMs);
  expect(period.seconds).toBeCloseTo((Math.max(...starts) - Math.min(...starts)) / 1000, 9);
  expect(calls.filter(({ action }) => action !== 'FilterLogEvents')).toEqual([]);

  // What was pulled lies in the run: nobody is asked again.
  const asked = calls.length;
  const later = analysisOf(await analyzer(cwd, ['--json', '-v']));
  expect(later.records).toEqual(records);
  expect(calls).toHaveLength(asked);
  const texts = [
    json.stdout,
    json.stderr,
    ...readdirSync(run.directory).map((name) => readFileSync(join(run.directory, name), 'latin1')),
  ];
  for (const secret of Object.values(LAMBDA_KEYS)) expect(texts.filter((text) => text.includes(secret))).toEqual([]);
});

test('executions of one Event that was tried three times are three rows, and the last one is joined', async () => {
  const { cwd, run, events } = await ran({ blocking: false });
  const retried = run.invocations[10]!.activation_id!;
  const group = `/aws/lambda/${run.invocations[10]!.function}`;
  // After the first attempt, one and two minutes later, in another environment; the last one in time.
  for (const [atMs, more] of [
    [START_MS + 95_000, '\tStatus: error\tError Type: Runtime.ExitError'],
    [START_MS + 215_000, '\tStatus: success'],
  ] as const) {
    const message = `REPORT RequestId: ${retried}\tDuration: 7.00 ms\tBilled Duration: 7 ms${more}\n`;
    events.push({ atMs, message, logStream: 's9', logGroup: group });
  }
  const { url } = await logsEndpoint({ events });
  const { records, errors } = analysisOf(await analyzer(cwd, ['--json'], logsEnvironment(url)));
  // 89 invocations of one row, one of three.
  expect(records).toMatchObject({ read: 92, expected: 90, missing: 0 });
  // The last attempt went well.
  expect(errors).toEqual([]);
  const tables = await openTables();
  await tables.view('a', join(run.directory, 'activations.parquet'));
  const attempts = await tables.query(
    `SELECT attempt, success, worker FROM a WHERE activation_id = '${retried}' ORDER BY attempt`,
  );
  tables.close();
  expect(attempts).toEqual([
    // Text says nothing of an error that the handler threw.
    { attempt: 1, success: null, worker: expect.stringContaining('[$LATEST]') as string },
    { attempt: 2, success: false, worker: 's9' },
    { attempt: 3, success: true, worker: 's9' },
  ]);
});

test('--logs reads files of any shape, says what they hold, and nothing is asked of AWS', async () => {
  const { cwd, run, events, executions } = await ran();
  const [text, json] = [[], []] as [typeof events, typeof events];
  // The functions' logs in two files, one of them twice; the tail of one answer besides.
  for (const event of events) (event.logGroup === '/aws/lambda/hello' ? text : json).push(event);
  const stamped = text
    .map(({ atMs, logStream, message }) => `${new Date(atMs!).toISOString()} ${logStream} ${message}`)
    .join('');
  const document = {
    events: json.map(({ atMs, logStream, message }) => ({ timestamp: atMs, logStreamName: logStream, message })),
  };
  mkdirSync(join(cwd, 'logs'));
  writeFileSync(join(cwd, 'hello.txt'), stamped);
  writeFileSync(join(cwd, 'others.json'), JSON.stringify(document, null, 2));
  writeFileSync(join(cwd, 'again.json'), JSON.stringify(document));
  writeFileSync(
    join(cwd, 'tail'),
    Buffer.from(`REPORT RequestId: somebody-elses\tDuration: 1 ms\n`).toString('base64'),
  );
  writeFileSync(join(cwd, 'foreign.txt'), 'hello\nworld\n');
  // a download that broke off
  writeFileSync(join(cwd, 'cut.json'), JSON.stringify(document).slice(0, -20));
  const files = ['hello.txt', 'others.json', 'again.json', 'tail', 'foreign.txt', 'cut.json'];
  const ended = await analyzer(cwd, ['--json', '--wait', '3600', '--logs', ...files]);
  const { records, summary, warnings } = analysisOf(ended);
  expect(records).toEqual({ source: 'logs', read: 90, expected: 90, missing: 0, complete: true });
  expect(summary.cold.n).toBe(FUNCTIONS * STREAMS_PER_FUNCTION);
  const hello = executions.filter(({ id }) =>
    run.invocations.some((row) => row.activation_id === id && row.function === 'hello'),
  );
  // Four lines each, one of which is the function's own.
  expect(ended.stderr).toContain(
    `hello.txt: ${4 * hello.length} lines, ${hello.length} REPORT lines, ${hello.length} lines of the function itself`,
  );
  // The tail's one, of 90 and, again, those of the other functions.
  expect(ended.stderr).toMatch(
    new RegExp(`^1 of ${90 + 90 - hello.length + 1} executions in these logs belong to other requests`, 'm'),
  );
  expect(warnings).toEqual([
    'foreign.txt holds no REPORT line',
    'cut.json cannot be read: it is a JSON document that is cut off or broken; fetch it again',
  ]);
  expect(JSON.parse(readFileSync(join(run.directory, 'manifest.json'), 'utf8'))).toMatchObject({
    activations: { source: 'logs', complete: true, missing: 0 },
  });
});

test('logs of before 2020, as the seed shows them, do not tell what was cold, and that is not guessed', async () => {
  const { cwd, run } = await ran({ rows: 2 });
  const [warm, cold] = run.invocations.map(({ activation_id }) => activation_id!);
  const seed = `START RequestId: ${warm} Version: $LATEST
END RequestId: ${warm}
REPORT RequestId: ${warm}  Duration: 297.48 ms     Billed Duration: 300 ms         Memory Size: 128 MB     Max Memory Used: 55 MB
START RequestId: ${cold} Version: $LATEST
END RequestId: ${cold}
REPORT RequestId: ${cold}  Duration: 612.50 ms     Billed Duration: 700 ms         Memory Size: 128 MB     Max Memory Used: 55 MB
`;
  writeFileSync(join(cwd, 'a.log'), seed);
  const { summary, overall } = analysisOf(await analyzer(cwd, ['--json', '--logs', 'a.log']));
  expect([summary.all.n, summary.warm.n, summary.cold.n]).toEqual([2, 0, 0]);
  expect(overall.cold_share.value).toBeNull();
  expect(overall.duration_ms.mean).toBeCloseTo((297.48 + 612.5) / 2, 9);
});

test('--xray finds waits: the latency and the front of these rows are known, of others they are not', async () => {
  const { cwd, run, events, executions } = await ran();
  const traceOf = (n: number): string => `1-00000000-${String(n).padStart(24, '0')}`;
  const traced = events.map((event) => {
    const n = executions.findIndex(({ id }) => event.message.startsWith(`REPORT RequestId: ${id}\t`));
    // Every third one was sampled.
    return n < 0 || n % 3 > 0
      ? event
      : { ...event, message: `${event.message}XRAY TraceId: ${traceOf(n)}\tSegmentId: 0\tSampled: true\t\n` };
  });
  const { url } = await logsEndpoint({
    events: traced,
    traces(id) {
      const n = Number(id.slice(-24));
      const { id: requestId, startMs, initMs } = executions[n]!;
      // It waited 4 ms before its init, or its start.
      const receivedMs = startMs - (initMs ?? 0) - 4;
      const init = {
        id: 'i',
        name: 'Initialization',
        start_time: (startMs - initMs!) / 1000,
        end_time: (startMs - 1) / 1000,
      };
      return [
        { id: 's', origin: 'AWS::Lambda', start_time: receivedMs / 1000, aws: { request_id: requestId } },
        {
          id: 'f',
          origin: 'AWS::Lambda::Function',
          parent_id: 's',
          start_time: startMs / 1000,
          subsegments: initMs === null ? [] : [init],
        },
      ];
    },
  });
  const ended = await analyzer(cwd, ['--json', '--xray'], logsEnvironment(url));
  const { records, summary } = analysisOf(ended);
  expect(records).toMatchObject({ source: 'cloudwatch', read: run.invocations.length, missing: 0 });
  expect(ended.stderr).toContain(
    'X-Ray: 30 requests were sampled; the traces of 30 were found, those of 0 were not, and 30 tell the wait',
  );
  expect(summary.all.latency_ms.n).toBe(30);
  expect(summary.all.latency_ms.mean).toBeCloseTo(
    mean(executions.filter((_, n) => n % 3 === 0).map(({ durationMs, initMs }) => 4 + durationMs + (initMs ?? 0))),
    6,
  );
});

test.each([
  [
    'files of which one is missing',
    ['--logs', 'package.json', 'gone.txt'],
    {},
    2,
    /--logs gone\.txt: it cannot be read \(ENOENT/,
  ],
  [
    'files and a source',
    ['--logs', 'a.log', '--source', 'cloudwatch'],
    {},
    2,
    /--logs reads files, --source cloudwatch does not: give one/,
  ],
  [
    'no credentials',
    ['--source', 'cloudwatch'],
    { AWS_ACCESS_KEY_ID: '', AWS_EC2_METADATA_DISABLED: 'true' },
    2,
    /no usable AWS credentials/,
  ],
  [
    'nobody there',
    ['--source', 'cloudwatch'],
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    1,
    /http:\/\/127\.0\.0\.1:1 cannot be reached: nothing listens/,
  ],
])('%s: one line says what is wrong, and the run stays as it was', async (_, args, env, code, message) => {
  const { cwd, run } = await ran({ rows: 5 });
  writeFileSync(join(cwd, 'package.json'), '{}');
  const before = readdirSync(run.directory).toSorted();
  const { status, stdout, stderr } = await analyzer(cwd, args, { ...LAMBDA_ENVIRONMENT, ...env });
  expect([status, stdout], stderr).toEqual([code, '']);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(
    readdirSync(run.directory)
      .filter((name) => name !== 'analyzer.log')
      .toSorted(),
  ).toEqual(before);
  expect(existsSync(join(run.directory, 'activations.parquet'))).toBe(false);
});
