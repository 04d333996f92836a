import { createHash } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import { monotonicMs } from '../../../common/clock.js';
import type { BodySource } from '../../../platforms/bodies.js';
import { lambdaClient } from '../../../platforms/lambda/client.js';
import { openPort, type LambdaDescriptor } from '../../../platforms/lambda/port.js';
import { type InvokeCall, unsignedInvoke } from '../../../platforms/lambda/unsigned-invoke.js';
import type { Flight, InvocationPort, PortOptions } from '../../../platforms/platform.js';
import { sentBy } from '../../support/flights.js';
import { closedPort, rawServer } from '../../support/http-servers.js';
import {
  answerError,
  answerOk,
  lambdaEndpoint,
  LAMBDA_ENVIRONMENT,
  LAMBDA_KEYS,
  type LambdaAnswer,
  logTail,
  reportLine,
} from '../../support/lambda-endpoint.js';

const OPTIONS: PortOptions = { maxInFlight: 100, timeoutMs: 5_000, responseBodyBytes: 4_096 };
const BODY: BodySource = { kind: 'one', bytes: Buffer.from('{"n":1}') };

interface Given {
  call?: Partial<InvokeCall>;
  body?: BodySource;
  options?: Partial<PortOptions>;
  credentials?: LambdaDescriptor['credentials'];
  renewed?: boolean;
}

async function portTo(
  url: string,
  { call, body = BODY, options, credentials = LAMBDA_KEYS, renewed = false }: Given = {},
) {
  const region = LAMBDA_ENVIRONMENT.AWS_REGION;
  const client = lambdaClient({ region, endpointUrl: url, insecure: false }, credentials);
  const request = await unsignedInvoke(client, { functionName: 'hello', waits: true, ...call });
  const descriptor: LambdaDescriptor = {
    region,
    insecure: false,
    credentials,
    renewed,
    clockOffsetMs: 0,
    waits: call?.waits ?? true,
    calls: [{ request, body }],
  };
  // As it crosses to the firing thread.
  const port: InvocationPort = await openPort(structuredClone(descriptor), { ...OPTIONS, ...options });
  onTestFinished(() => port.close());
  return port;
}

/** The answer to one invocation of an endpoint that answers so. */
async function answered(answer: LambdaAnswer, given: Given = {}): Promise<Flight> {
  const { url } = await lambdaEndpoint(answer);
  return sentBy(await portTo(url, given));
}

const brief = ({ outcome, error, status }: Flight) => ({ outcome, error, status });

test('an invocation that waits asks for the tail of the log, and its signature is right', async () => {
  const { url, requests } = await lambdaEndpoint(answerOk);
  const flight = await sentBy(await portTo(url));
  expect(brief(flight)).toEqual({ outcome: 'ok', error: null, status: 200 });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ method: 'POST', body: Buffer.from('{"n":1}') });
  expect(requests[0]!.url.pathname).toBe('/2015-03-31/functions/hello/invocations');
  expect(requests[0]!.headers).toMatchObject({
    'x-amz-invocation-type': 'RequestResponse',
    'x-amz-log-type': 'Tail',
    'content-type': 'application/octet-stream',
    'user-agent': expect.stringMatching(/^aws-sdk-js\//) as string,
  });
  expect(flight).toMatchObject({
    activationId: requests[0]!.requestId,
    report: reportLine(requests[0]!.requestId).trim(),
    body: '{"ok":true}',
    truncated: false,
    requestBytes: 7,
    responseBytes: 11,
  });
});

test('sending is stamped before the request arrives, the first byte after it, and the end after that', async () => {
  let arrivedMs = NaN;
  const flight = await answered((request, response) => {
    arrivedMs = monotonicMs();
    answerOk(request, response);
  });
  expect(flight.sentMs!).toBeLessThanOrEqual(arrivedMs);
  expect(arrivedMs).toBeLessThanOrEqual(flight.firstByteMs!);
  expect(flight.firstByteMs!).toBeLessThanOrEqual(flight.endMs);
});

test.each([
  ['a qualifier', { qualifier: 'live' }, '/2015-03-31/functions/hello/invocations', '?Qualifier=live'],
  ['$LATEST', { qualifier: '$LATEST' }, '/2015-03-31/functions/hello/invocations', '?Qualifier=%24LATEST'],
  [
    'an ARN',
    { functionName: 'arn:aws:lambda:eu-central-1:123456789012:function:hello' },
    '/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-central-1%3A123456789012%3Afunction%3Ahello/invocations',
    '',
  ],
  ['odd letters', { functionName: 'a b?c#d(e)*' }, '/2015-03-31/functions/a%20b%3Fc%23d%28e%29%2A/invocations', ''],
])('%s is part of the address, and the signature is right', async (_, call, path, search) => {
  const { url, requests } = await lambdaEndpoint(answerOk);
  expect(brief(await sentBy(await portTo(url, { call })))).toMatchObject({ outcome: 'ok' });
  expect(requests[0]!.url.pathname).toBe(path);
  expect(requests[0]!.url.search).toBe(search);
});

test('an Event is ok when it is accepted; nobody is told its log, and nothing is kept of it', async () => {
  const { url, requests } = await lambdaEndpoint((_, response) => void response.writeHead(202).end());
  const flight = await sentBy(await portTo(url, { call: { waits: false } }));
  expect(requests[0]!.headers).toMatchObject({ 'x-amz-invocation-type': 'Event' });
  expect(requests[0]!.headers).not.toHaveProperty('x-amz-log-type');
  expect(brief(flight)).toEqual({ outcome: 'ok', error: null, status: 202 });
  expect(flight).toMatchObject({ activationId: requests[0]!.requestId, report: null, body: null });
});

test('a function that fails is told apart by its header, with its message and its report', async () => {
  const flight = await answered(({ requestId }, response) => {
    const log = `START RequestId: ${requestId}\n${reportLine(requestId, 'Status: timeout')}\n`;
    response.writeHead(200, { 'x-amz-function-error': 'Unhandled', 'x-amz-log-result': logTail(log) });
    response.end('{"errorMessage":"Task timed out after 3.00 seconds","errorType":"Sandbox.Timedout"}');
  });
  expect(brief(flight)).toEqual({ outcome: 'failed', error: 'function_error', status: 200 });
  expect(flight.report).toContain('Status: timeout');
  expect(flight.body).toContain('Sandbox.Timedout');
});

test.each([
  [429, 'TooManyRequestsException', 'throttled', { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' }],
  [413, 'RequestTooLargeException', 'client_error', { Message: 'Request must be smaller than 6291456 bytes' }],
  [404, 'ResourceNotFoundException', 'client_error', { Message: 'Function not found' }],
  [409, 'ResourceConflictException', 'client_error', { Message: 'pending' }],
  [500, 'ServiceException', 'server_error', { Message: 'try again' }],
  [502, 'EC2UnexpectedException', 'server_error', { Message: 'no' }],
])('a refusal by %i %s is %s, with what Lambda says of it, and is no activation', async (status, type, error, body) => {
  const flight = await answered((_, response) => answerError(response, status, type, body));
  expect(brief(flight)).toEqual({ outcome: 'failed', error, status });
  expect(JSON.parse(flight.body!)).toEqual(body);
  expect(flight).toMatchObject({ activationId: null, report: null });
});

test('a throttle is tried once, and no more', async () => {
  const { url, requests } = await lambdaEndpoint((_, response) =>
    answerError(response, 429, 'TooManyRequestsException'),
  );
  await sentBy(await portTo(url));
  expect(requests).toHaveLength(1);
});

test('a signature that does not match is answered with the session token, of which nothing is kept', async () => {
  const { url } = await lambdaEndpoint(answerOk);
  const credentials = { ...LAMBDA_KEYS, secretAccessKey: 'anotherSecret' };
  const flight = await sentBy(await portTo(url, { credentials }));
  expect(brief(flight)).toEqual({ outcome: 'failed', error: 'client_error', status: 403 });
  expect(flight).toMatchObject({ body: '{"__type":"InvalidSignatureException"}', truncated: true });
  // The server did repeat it: otherwise this test would show nothing.
  expect(flight.responseBytes).toBeGreaterThan(500);
});

test("faas_measure's ids are taken from beyond what is kept of its answer, which is one string", async () => {
  const ids = { exist_id: 'bf059391-34f7-42b7-9f1b-97ce090b3ca3', new_id: '038b59dc-7cd3-4689-964a-d98ee74d66d6' };
  const measured: LambdaAnswer = (_, response) =>
    void response.end(JSON.stringify(JSON.stringify({ cpuu: 'x'.repeat(100_000), stat: ids })));
  expect(await answered(measured)).toMatchObject({ truncated: true, measuredIds: ids });
});

test('of a long answer the first bytes are kept, of any answer none where none are asked for, and the report all the same', async () => {
  const long: LambdaAnswer = ({ requestId }, response) => {
    response.writeHead(200, { 'x-amz-log-result': logTail(reportLine(requestId)) });
    response.end('x'.repeat(100_000));
  };
  expect(await answered(long, { options: { responseBodyBytes: 10 } })).toMatchObject({
    body: 'x'.repeat(10),
    truncated: true,
    responseBytes: 100_000,
  });
  const none = await answered(long, { options: { responseBodyBytes: 0 } });
  expect(none.body).toBeNull();
  expect(none.report).toMatch(/^REPORT RequestId: /);
});

test.each([
  ['nobody listens', 'refused', closedPort],
  ['the connection is reset', 'reset', () => rawServer((socket) => socket.on('data', () => socket.resetAndDestroy()))],
  [
    'what answers is no HTTP',
    'protocol',
    () => rawServer((socket) => socket.on('data', () => socket.write('hello\r\n\r\n'))),
  ],
  ['nothing answers', 'timeout', () => rawServer(() => undefined)],
])('%s: %s', async (_, error, server) => {
  const flight = await sentBy(await portTo(await server(), { options: { timeoutMs: 300 } }));
  expect(brief(flight)).toEqual({ outcome: 'failed', error, status: null });
  expect(flight.requestBytes).toBe(7);
});

test('each row sends its own body, signed: of a list by its place, of a trace by its duration', async () => {
  const { url, requests } = await lambdaEndpoint(answerOk);
  const list = await portTo(url, { body: { kind: 'list', bodies: [Buffer.from('{"a":1}'), Buffer.from('{"b":2}')] } });
  for (const input of [1, 0, 1]) expect((await sentBy(list, { input })).outcome).toBe('ok');
  const trace = await portTo(url, { body: { kind: 'duration', parameter: 'ms', json: '{"x":1}' } });
  for (const input of [12.5, 700]) expect((await sentBy(trace, { input })).outcome).toBe('ok');
  expect(requests.map(({ body }) => body.toString())).toEqual([
    '{"b":2}',
    '{"a":1}',
    '{"b":2}',
    '{"x":1,"ms":12.5}',
    '{"x":1,"ms":700}',
  ]);
  // As the specification wants it of a payload that is signed.
  for (const { headers, body } of requests) {
    expect(headers['x-amz-content-sha256']).toBe(createHash('sha256').update(body).digest('hex'));
  }
});

test('many at once, more than an SDK client would open sockets for, are all in flight together', async () => {
  const waiting: (() => void)[] = [];
  const { url } = await lambdaEndpoint((request, response) => {
    waiting.push(() => answerOk(request, response));
    // None is answered before all are there: 80 on fewer connections would wait for ever.
    if (waiting.length === 80) for (const answer of waiting) answer();
  });
  const port = await portTo(url, { options: { timeoutMs: 30_000 } });
  const flights = await Promise.all(Array.from({ length: 80 }, () => sentBy(port)));
  expect(flights.every(({ outcome }) => outcome === 'ok')).toBe(true);
  expect(new Set(flights.map(({ activationId }) => activationId)).size).toBe(80);
});

test('credentials are renewed from AWS’s chain while it sends; with some that cannot sign, a row fails and none is lost', async () => {
  onTestFinished(() => void vi.useRealTimers().unstubAllEnvs());
  vi.useFakeTimers({ now: Date.now(), toFake: ['Date', 'setInterval', 'clearInterval'] });
  const inFourMinutes = (): number => Date.now() + 240_000;
  const inEnvironment = (sessionToken: string): void => {
    for (const [name, value] of Object.entries(LAMBDA_ENVIRONMENT)) vi.stubEnv(name, value);
    vi.stubEnv('AWS_SESSION_TOKEN', sessionToken);
    vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', new Date(inFourMinutes()).toISOString());
  };
  const { url } = await lambdaEndpoint(answerOk);
  const old = { ...LAMBDA_KEYS, secretAccessKey: 'ofYesterday', expirationMs: inFourMinutes() };
  const port = await portTo(url, { credentials: old, renewed: true });
  expect((await sentBy(port)).status).toBe(403);

  // Looked for every 20 s; the SDK gives the old ones once more while it finds fresh ones, so that takes two looks.
  const afterTwoLooks = async (): Promise<Flight> => {
    for (let look = 0; look < 2; look += 1) await vi.advanceTimersByTimeAsync(20_000);
    // A flight that was used before.
    return sentBy(port, { requestBytes: 99, activationId: 'old' });
  };
  inEnvironment(LAMBDA_KEYS.sessionToken);
  expect(brief(await afterTwoLooks())).toEqual({ outcome: 'ok', error: null, status: 200 });

  // No header can hold it.
  inEnvironment('two\nlines');
  const flight = await afterTwoLooks();
  expect(brief(flight)).toEqual({ outcome: 'failed', error: 'unsigned', status: null });
  expect(flight).toMatchObject({ sentMs: null, firstByteMs: null, activationId: null, body: null, requestBytes: 0 });
});
