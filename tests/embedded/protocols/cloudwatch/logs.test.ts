import {
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
  type FilterLogEventsCommandInput,
  type FilteredLogEvent,
  type GetQueryResultsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../platform-fixture.js';
import { refusal, startLambda, type LambdaPlatform } from '../lambda/lambda-fixture.js';

/** Forty executions of one function in up to four instances, each with three lines of its own. */
const CALLS = 40;
const LINES = ['START', 'line', 'END', 'REPORT'];
let lambda: LambdaPlatform;
let logGroupName: string;
let requestIds: string[];
let all: FilteredLogEvent[];
beforeAll(async () => {
  lambda = await startLambda({ pool: { max_instances: 4 } });
  const name = await lambda.create({
    'index.js': `exports.handler = async ({ n }) => { process.stdout.write('line ' + n + '\\n'); await new Promise((r) => setTimeout(r, n % 5)); };`,
  });
  logGroupName = `/aws/lambda/${name}`;
  const calls = await Promise.all(Array.from({ length: CALLS }, (_, n) => lambda.call(name, { n })));
  requestIds = calls.map(({ requestId }) => requestId);
  all = await eventually(async () => {
    const events = await filtered({}).catch(() => []);
    return events.filter(({ message }) => message!.startsWith('REPORT ')).length === CALLS ? events : undefined;
  });
});
afterAll(() => lambda.stop());

async function filtered(input: Partial<FilterLogEventsCommandInput>): Promise<FilteredLogEvent[]> {
  const events: FilteredLogEvent[] = [];
  for (let nextToken: string | undefined; ;) {
    const page = await lambda.logs.send(
      new FilterLogEventsCommand({ logGroupName, ...input, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    events.push(...page.events!);
    if (page.nextToken === undefined) return events;
    nextToken = page.nextToken;
  }
}

const kindOf = ({ message }: { message?: string | undefined }): string => message!.split(/[ \t]/, 1)[0]!;

test('all lines of all instances come interleaved in order of time, each execution whole', async () => {
  const times = all.map(({ timestamp }) => timestamp!);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const streams = new Set(all.map(({ logStreamName }) => logStreamName!));
  expect(streams.size).toBeGreaterThan(1);
  expect(all.filter((event) => kindOf(event) === 'INIT_START')).toHaveLength(streams.size);
  expect(all).toHaveLength(LINES.length * CALLS + streams.size);
  expect(new Set(all.map(({ eventId }) => eventId)).size).toBe(all.length);
  for (const requestId of requestIds) {
    const stream = all.find(({ message }) => message!.startsWith(`START RequestId: ${requestId}`))!.logStreamName;
    const own = all.filter(({ logStreamName }) => logStreamName === stream);
    const from = own.findIndex(({ message }) => message!.startsWith(`START RequestId: ${requestId}`));
    expect(own.slice(from, from + 4).map(kindOf)).toEqual(LINES);
  }
});

test('pages of any size hold the same, and nothing twice', async () => {
  for (const limit of [1, 7, 50]) expect(await filtered({ limit })).toEqual(all);
});

test('times bound both ends, included', async () => {
  const [first, last] = [all[10]!.timestamp!, all.at(-10)!.timestamp!];
  const between = await filtered({ startTime: first, endTime: last });
  expect(between).toEqual(all.filter(({ timestamp }) => timestamp! >= first && timestamp! <= last));
  expect(between.length).toBeGreaterThan(CALLS);
});

test('patterns and streams choose lines, over pages', async () => {
  const ofRequest = await filtered({ filterPattern: `"${requestIds[3]}"` });
  expect(ofRequest.map(kindOf)).toEqual(['START', 'END', 'REPORT']);
  expect(await filtered({ filterPattern: 'REPORT RequestId', limit: 3 })).toHaveLength(CALLS);
  expect((await filtered({ filterPattern: '?"START RequestId" ?"REPORT RequestId"' })).length).toBe(2 * CALLS);
  const [{ logStreamName }] = all as [FilteredLogEvent];
  const ofStream = all.filter((event) => event.logStreamName === logStreamName);
  expect(await filtered({ logStreamNames: [logStreamName!] })).toEqual(ofStream);
  expect(await filtered({ logStreamNamePrefix: logStreamName!, limit: 2 })).toEqual(ofStream);
});

test('groups and streams are described', async () => {
  const { logGroups } = await lambda.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda/' }));
  expect(logGroups).toEqual([
    expect.objectContaining({ logGroupName, arn: `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupName}:*` }),
  ]);
  const streams: string[] = [];
  for (let nextToken: string | undefined; ;) {
    const page = await lambda.logs.send(
      new DescribeLogStreamsCommand({
        logGroupName,
        orderBy: 'LastEventTime',
        descending: true,
        limit: 1,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    streams.push(...page.logStreams!.map(({ logStreamName }) => logStreamName!));
    if (page.nextToken === undefined) break;
    nextToken = page.nextToken;
  }
  const lastOf = (stream: string): number => all.findLast(({ logStreamName }) => logStreamName === stream)!.timestamp!;
  expect(new Set(streams)).toEqual(new Set(all.map(({ logStreamName }) => logStreamName)));
  expect(streams.map(lastOf)).toEqual(streams.map(lastOf).toSorted((a, b) => b - a));
});

test('a stream is read forwards and backwards, and its tokens stay at its ends', async () => {
  const { logStreamName } = all[0]!;
  const own = all.filter((event) => event.logStreamName === logStreamName).map(({ message }) => message!);
  const read = async (input: object) =>
    lambda.logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: logStreamName!, limit: 3, ...input }));
  const forwards: string[] = [];
  let token: string | undefined;
  for (;;) {
    const page = await read({ startFromHead: true, ...(token === undefined ? {} : { nextToken: token }) });
    forwards.push(...page.events!.map(({ message }) => message!));
    if (page.nextForwardToken === token) break;
    token = page.nextForwardToken;
  }
  expect(forwards).toEqual(own);
  const backwards: string[] = [];
  let page = await read({});
  expect(page.events!.map(({ message }) => message)).toEqual(own.slice(-3));
  for (let last = ''; page.nextBackwardToken !== last;) {
    backwards.unshift(...page.events!.map(({ message }) => message!));
    last = page.nextBackwardToken!;
    page = await read({ nextToken: last });
  }
  expect(backwards).toEqual(own);
  // endTime is not included here, as AWS has it.
  const atMs = all.find((event) => event.logStreamName === logStreamName && kindOf(event) === 'REPORT')!.timestamp!;
  const early = await read({ startFromHead: true, limit: 100, endTime: atMs });
  expect(early.events!.every(({ timestamp }) => timestamp! < atMs)).toBe(true);
});

async function results(
  queryString: string,
  more: object = {},
): Promise<GetQueryResultsCommandOutput & { rows: Record<string, string>[] }> {
  const seconds = (ms: number): number => Math.floor(ms / 1000);
  const range = { startTime: seconds(all[0]!.timestamp!), endTime: seconds(all.at(-1)!.timestamp!) };
  const { queryId } = await lambda.logs.send(new StartQueryCommand({ logGroupName, queryString, ...range, ...more }));
  const rows: Record<string, string>[] = [];
  for (let nextToken: string | undefined; ;) {
    const page = await eventually(async () => {
      const answer = await lambda.logs.send(
        new GetQueryResultsCommand({ queryId, maxItems: 7, ...(nextToken === undefined ? {} : { nextToken }) }),
      );
      return answer.status === 'Complete' ? answer : undefined;
    });
    rows.push(...page.results!.map((row) => Object.fromEntries(row.map(({ field, value }) => [field!, value!]))));
    if (page.nextToken === undefined) return { ...page, rows };
    nextToken = page.nextToken;
  }
}

test('a query finds REPORT lines, by expression or by type, and their figures', async () => {
  const reports = all.filter((event) => kindOf(event) === 'REPORT');
  const byText = await results(
    'fields @timestamp, @message, @logStream, @log | filter @message like /REPORT RequestId|INIT_REPORT/ | sort @timestamp asc',
  );
  expect(byText.rows.map(({ '@message': message }) => message)).toEqual(reports.map(({ message }) => message));
  expect(byText.rows[0]).toMatchObject({
    '@timestamp': new Date(reports[0]!.timestamp!).toISOString().replace('T', ' ').replace('Z', ''),
    '@logStream': reports[0]!.logStreamName,
    '@log': `000000000000:${logGroupName}`,
  });
  expect(byText.statistics).toMatchObject({ recordsMatched: CALLS, recordsScanned: all.length });
  const byType = await results(
    'fields @requestId, @duration, @memorySize | filter @type = "REPORT" and @duration >= 0 | sort @duration desc | limit 5',
  );
  const durations = reports
    .map(({ message }) => Number(/\tDuration: ([\d.]+) ms/.exec(message!)![1]))
    .toSorted((a, b) => b - a);
  expect(byType.rows.map((row) => Number(row['@duration']))).toEqual(durations.slice(0, 5));
  expect(requestIds).toContain(byType.rows[0]!['@requestId']);
  expect(byType.rows[0]!['@memorySize']).toBe('128000000');
  const cold = await results('filter ispresent(@initDuration)', { limit: 2 });
  expect(cold.rows).toHaveLength(2);
  // The newest first unless the query sorts, and of more than the limit the newest.
  const newest = await results('filter @type = "REPORT"', { limit: 3 });
  expect(newest.rows.map((row) => row['@timestamp'])).toEqual(
    reports
      .slice(-3)
      .toReversed()
      .map(({ timestamp }) => new Date(timestamp!).toISOString().replace('T', ' ').replace('Z', '')),
  );
});

test('what CloudWatch Logs refuses is refused in its words', async () => {
  const { logs } = lambda;
  expect(await refusal(logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/none' })))).toBe(
    '400 ResourceNotFoundException: The specified log group does not exist.',
  );
  expect(await refusal(logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 'none' })))).toBe(
    '400 ResourceNotFoundException: The specified log stream does not exist.',
  );
  expect(await refusal(filtered({ nextToken: 'bm9uc2Vuc2U' }))).toBe(
    '400 InvalidParameterException: The specified nextToken is invalid.',
  );
  expect(await refusal(filtered({ limit: 10_001 }))).toMatch(
    /^400 InvalidParameterException: .*less than or equal to 10000$/,
  );
  expect(await refusal(filtered({ filterPattern: 'a-b' }))).toBe(
    "400 InvalidParameterException: Invalid character(s) in term 'a-b'",
  );
  expect(await refusal(results('stats count(*) by bin(1m)'))).toMatch(
    /^400 MalformedQueryException: the embedded platform does not understand "stats count/,
  );
  expect(await refusal(results('filter @type = "REPORT"', { limit: 100_001 }))).toMatch(
    /less than or equal to 100000$/,
  );
});

test('lines appear only after the ingestion delay', async () => {
  const slow = await startLambda({ cloudwatch: { ingestion_delay_ms: 600 } });
  const name = await slow.create({ 'index.js': 'exports.handler = async () => {};' });
  await slow.call(name);
  const calledMs = Date.now();
  const ask = new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` });
  const events = await eventually(async () => {
    const answer = await slow.logs.send(ask).catch((error: Error) => error);
    if (!(answer instanceof Error)) return answer.events;
    expect(answer.message).toBe('The specified log group does not exist.');
    return undefined;
  });
  expect(Date.now() - calledMs).toBeGreaterThanOrEqual(590);
  expect(events!.map(kindOf)).toEqual(['INIT_START', 'START', 'END', 'REPORT']);
  await slow.stop();
});
