import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteFunctionConcurrencyCommand,
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseReportLine } from '../../../../platforms/lambda/report-line.js';
import { eventually, type Json } from '../../platform-fixture.js';
import { refusal, startLambda, type LambdaPlatform } from './lambda-fixture.js';

let lambda: LambdaPlatform;
let name: string;
const CODE = `let calls = 0;
const fs = require('node:fs');
exports.handler = async (event, context) => {
  calls += 1;
  if (event.note) fs.appendFileSync(event.note, context.awsRequestId + ' ' + JSON.stringify(context.clientContext) + '\\n');
  if (event.fail) throw new Error('boom');
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.kill) process.kill(process.pid, 'SIGSEGV');
  if (event.sleep) await new Promise((resolve) => setTimeout(resolve, event.sleep));
  if (event.gate) while (!fs.existsSync(event.gate)) await new Promise((resolve) => setTimeout(resolve, 2));
  if (event.bytes) return 'x'.repeat(event.bytes);
  if (event.log) console.log('y'.repeat(event.log));
  return { calls, client: context.clientContext };
};`;
beforeAll(async () => {
  lambda = await startLambda({
    lambda: { retry_waits_ms: [20, 30], concurrent_executions: 12 },
    pool: { max_instances: 6 },
  });
  name = await lambda.create({ 'index.js': CODE }, { Timeout: 30 });
});
afterAll(() => lambda.stop());

const payloadOf = (event: unknown): { FunctionName: string; Payload: string } => ({
  FunctionName: name,
  Payload: JSON.stringify(event),
});

async function truthOf(requestId: string): Promise<Json[]> {
  const lines = (await readFile(join(lambda.state, 'truth.ndjson'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Json).filter((truth) => truth.activation_id === requestId);
}

test('the REPORT line says what the timeline says, of cold and of warm executions', async () => {
  const fresh = await lambda.create({ 'index.js': CODE });
  const calls = [
    await lambda.call(fresh),
    await lambda.call(fresh, { sleep: 20 }),
    await lambda.call(fresh, { fail: true }),
  ];
  for (const [i, { log, requestId }] of calls.entries()) {
    expect(log.find((line) => line.startsWith('START '))).toBe(`START RequestId: ${requestId} Version: $LATEST`);
    expect(log.at(-2)).toBe(`END RequestId: ${requestId}`);
    const report = parseReportLine(log.at(-1)!)!;
    const [truth] = await eventually(async () => {
      const found = await truthOf(requestId);
      return found.length === 0 ? undefined : found;
    });
    const ms = (fromNs: number, toNs: number): number => Math.round((toNs - fromNs) / 1e4) / 100;
    expect(report.requestId).toBe(requestId);
    expect(report.durationMs).toBe(ms(truth.run_ns, truth.done_ns));
    expect(report.initMs).toBe(i === 0 ? ms(truth.spawn_ns, truth.loaded_ns) : null);
    expect(truth.cold).toBe(i === 0);
    // In whole hundredths, so that no sum of binary fractions decides about a millisecond.
    const hundredths = Math.round(report.durationMs! * 100) + Math.round((report.initMs ?? 0) * 100);
    expect(report.billedMs).toBe(Math.ceil(hundredths / 100));
    expect(report.memorySizeMib).toBe(128);
    // A Node process takes tens of MB, and this machine has not a hundred thousand.
    expect(report.maxMemoryUsedMib).toBeGreaterThan(20);
    expect(report.maxMemoryUsedMib).toBeLessThan(1000);
    expect(report.status).toBe(i === 2 ? 'error' : null);
  }
  expect(parseReportLine(calls[1]!.log.at(-1)!)!.durationMs).toBeGreaterThanOrEqual(19);
});

test('a log longer than 4 KB is told by its last 4,096 bytes, with REPORT at their end', async () => {
  const answer = await lambda.client.send(new InvokeCommand({ ...payloadOf({ log: 10_000 }), LogType: 'Tail' }));
  const tail = Buffer.from(answer.LogResult!, 'base64');
  expect(tail).toHaveLength(4096);
  expect(tail.toString('utf8')).toMatch(/^y+\nEND RequestId: .*\nREPORT RequestId: .*\t\n$/);
});

test('an execution over its time is ended, and reports the time it had', async () => {
  const short = await lambda.create({ 'index.js': CODE }, { Timeout: 1 });
  const { error, payload, log, requestId } = await lambda.call(short, { sleep: 60_000 });
  expect(error).toBe('Unhandled');
  expect(payload).toEqual({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`,
  });
  expect(log.at(-3)).toMatch(new RegExp(`^\\S+Z ${requestId} Task timed out after 1.00 seconds$`));
  expect(parseReportLine(log.at(-1)!)).toMatchObject({ durationMs: 1000, status: 'timeout' });
  // The next one finds a new instance.
  expect((await lambda.call(short)).payload).toMatchObject({ calls: 1 });
});

test.each([
  [{ exit: 1 }, 'Runtime exited with error: exit status 1'],
  [{ exit: 0 }, 'Runtime exited without providing a reason'],
  [{ kill: true }, 'Runtime exited with error: signal: segmentation fault'],
])('a process that ends by itself is told: %j', async (event, words) => {
  const { error, payload, log, requestId } = await lambda.call(name, event);
  expect(error).toBe('Unhandled');
  expect(payload).toEqual({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: ${words}` });
  expect(log).toContain(`RequestId: ${requestId} Error: ${words}`);
  expect(parseReportLine(log.at(-1)!)).toMatchObject({ status: 'error', errorType: 'Runtime.ExitError' });
});

test('an init that fails is within the duration, and its log says so', async () => {
  const broken = await lambda.create({ 'index.js': 'throw new Error("never");' });
  const { log } = await lambda.call(broken);
  const init = log.find((line) => line.startsWith('INIT_REPORT '))!;
  expect(init).toMatch(/^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: invoke\tStatus: error$/);
  const report = parseReportLine(log.at(-1)!)!;
  expect(report).toMatchObject({ initMs: null, status: 'error' });
  expect(init).toContain(`Init Duration: ${report.durationMs!.toFixed(2)} ms`);
});

test('what a client context holds reaches the function, letters of all alphabets', async () => {
  const context = { custom: { name: 'Zoë 🙂' } };
  const ClientContext = Buffer.from(JSON.stringify(context)).toString('base64');
  const { Payload } = await lambda.client.send(new InvokeCommand({ ...payloadOf({}), ClientContext }));
  expect(JSON.parse(Buffer.from(Payload!).toString('utf8'))).toMatchObject({ client: context });
});

test('DryRun executes nothing and answers 204', async () => {
  const note = join(lambda.state, 'dry');
  const { StatusCode } = await lambda.client.send(
    new InvokeCommand({ ...payloadOf({ note }), InvocationType: 'DryRun' }),
  );
  expect(StatusCode).toBe(204);
  await lambda.call(name, { note });
  expect((await readFile(note, 'utf8')).trim().split('\n')).toHaveLength(1);
});

test('an Event that fails is executed three times under one request id, each a record of its own', async () => {
  const note = join(lambda.state, 'event');
  const ClientContext = Buffer.from('{"custom":{}}').toString('base64');
  const answer = await lambda.client.send(
    new InvokeCommand({ ...payloadOf({ note, fail: true }), InvocationType: 'Event', ClientContext }),
  );
  const requestId = answer.$metadata.requestId!;
  expect(answer.StatusCode).toBe(202);
  const truth = await eventually(async () => {
    const found = await truthOf(requestId);
    return found.length < 3 ? undefined : found;
  });
  expect(truth.map(({ outcome }) => outcome)).toEqual(['raised', 'raised', 'raised']);
  // The waits are 20 and 30 ms after the failure before.
  const gaps = truth.slice(1).map(({ accept_ns: accept }, i) => (accept - truth[i].done_ns) / 1e6);
  expect(gaps[0]).toBeGreaterThanOrEqual(19);
  expect(gaps[1]).toBeGreaterThanOrEqual(29);
  // Only the first was answered, before it was done; no client context comes along.
  expect(truth.map(({ answered_ns: answered }) => answered === null)).toEqual([false, true, true]);
  expect((await readFile(note, 'utf8')).trim().split('\n')).toEqual(Array(3).fill(`${requestId} undefined`));
  // An Event that succeeds is executed once; when its successor has run, no attempt can be left.
  const fine = join(lambda.state, 'fine');
  await lambda.client.send(new InvokeCommand({ ...payloadOf({ note: fine }), InvocationType: 'Event' }));
  await eventually(async () => (await readFile(fine, 'utf8').catch(() => '')) || undefined);
  await lambda.client.send(
    new InvokeCommand({ ...payloadOf({ note: `${fine}2`, fail: true }), InvocationType: 'Event' }),
  );
  await eventually(async () =>
    (await readFile(`${fine}2`, 'utf8').catch(() => '')).split('\n').length === 4 ? true : undefined,
  );
  expect((await readFile(fine, 'utf8')).trim().split('\n')).toHaveLength(1);
});

test('reserved concurrency refuses what is beyond it, and Events wait for room', async () => {
  const FunctionName = await lambda.create({ 'index.js': CODE }, { Timeout: 30 });
  const put = (ReservedConcurrentExecutions: number) =>
    lambda.client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  expect(await put(1)).toMatchObject({ ReservedConcurrentExecutions: 1 });
  expect(await lambda.client.send(new GetFunctionConcurrencyCommand({ FunctionName }))).toMatchObject({
    ReservedConcurrentExecutions: 1,
  });
  expect((await lambda.client.send(new GetAccountSettingsCommand({}))).AccountLimit).toMatchObject({
    ConcurrentExecutions: 12,
    UnreservedConcurrentExecutions: 11,
  });
  // 12 at most, of which one (a tenth) stays unreserved: 12 − 12 would leave none.
  expect(await refusal(put(12))).toMatch(
    /^400 InvalidParameterValueException: .*UnreservedConcurrentExecution below its minimum value of \[1\]\.$/,
  );

  const [gate, note] = [join(lambda.state, 'gate'), join(lambda.state, 'queued')];
  const held = lambda.call(FunctionName, { gate, note });
  await eventually(async () => (await readFile(note, 'utf8').catch(() => '')) || undefined);
  const throttled = await lambda.client
    .send(new InvokeCommand({ FunctionName }))
    .catch((error: unknown) => error as Json);
  expect(throttled).toMatchObject({
    name: 'TooManyRequestsException',
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    message: 'Rate Exceeded.',
    $metadata: { httpStatusCode: 429 },
  });
  const event = { FunctionName, Payload: JSON.stringify({ note }), InvocationType: 'Event' } as const;
  expect((await lambda.client.send(new InvokeCommand(event))).StatusCode).toBe(202);
  expect((await readFile(note, 'utf8')).trim().split('\n')).toHaveLength(1);
  await import('node:fs/promises').then(({ writeFile }) => writeFile(gate, ''));
  await held;
  await eventually(async () => ((await readFile(note, 'utf8')).trim().split('\n').length === 2 ? true : undefined));

  await put(0);
  expect(await refusal(lambda.client.send(new InvokeCommand({ FunctionName })))).toMatch(
    /^429 TooManyRequestsException/,
  );
  await lambda.client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  expect((await lambda.client.send(new InvokeCommand({ FunctionName }))).StatusCode).toBe(200);
});

test('payloads are refused in Lambda’s words: too large, or no JSON', async () => {
  const send = (Payload: string, InvocationType: 'RequestResponse' | 'Event' = 'RequestResponse') =>
    lambda.client.send(new InvokeCommand({ FunctionName: name, Payload, InvocationType }));
  const text = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2));
  expect((await send(text(6_291_456))).StatusCode).toBe(200);
  expect(await refusal(send(text(6_291_457)))).toBe(
    '413 RequestTooLargeException: Request must be smaller than 6291456 bytes for the InvokeFunction operation',
  );
  expect((await send(text(1_048_576), 'Event')).StatusCode).toBe(202);
  expect(await refusal(send(text(1_048_577), 'Event'))).toBe(
    '413 RequestTooLargeException: 1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
  );
  expect(await refusal(send('{'))).toMatch(
    /^400 InvalidRequestContentException: Could not parse request body into json: /,
  );
  // An answer of 6,291,556 bytes is handed on (two are its quotes), one byte more is not.
  const { Payload } = await lambda.client.send(new InvokeCommand(payloadOf({ bytes: 6_291_554 })));
  expect(Payload).toHaveLength(6_291_556);
  expect(await lambda.call(name, { bytes: 6_291_555 })).toMatchObject({
    error: 'Unhandled',
    payload: {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    },
  });
});

test('a client whose clock is an hour off is refused once and then corrects it, as with AWS', async () => {
  const {
    endpoint_url: endpoint,
    region,
    access_key_id: accessKeyId,
    secret_access_key: secretAccessKey,
  } = lambda.lambda;
  const options = { endpoint, region, credentials: { accessKeyId, secretAccessKey }, systemClockOffset: 3_600_000 };
  const client = new LambdaClient({ ...options, maxAttempts: 1 });
  expect(await refusal(client.send(new InvokeCommand(payloadOf({}))))).toMatch(
    /^403 InvalidSignatureException: Signature not yet current: /,
  );
  expect((await client.send(new InvokeCommand(payloadOf({})))).StatusCode).toBe(200);
  client.destroy();
  const thief = new LambdaClient({
    endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: 'x' },
  });
  expect(await refusal(thief.send(new InvokeCommand(payloadOf({}))))).toMatch(
    /^403 InvalidSignatureException: The request signature we calculated/,
  );
  thief.destroy();
});
