import { monotonicMs } from '../../../common/clock.js';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { openPort, type HttpDescriptor } from '../../../platforms/http/port.js';
import { emptyFlight, type Answer, type InvocationPort, type PortOptions } from '../../../platforms/platform.js';
import { sentBy } from '../../support/flights.js';
import {
  closedPort,
  httpServer,
  listening,
  onRequest,
  rawServer,
  recordingServer,
} from '../../support/http-servers.js';

const BODY = { kind: 'one' as const, bytes: Buffer.from('{"a":1}') };
const OPTIONS: PortOptions = { maxInFlight: 100, timeoutMs: 5_000, responseBodyBytes: 0 };

async function portTo(
  url: string,
  options: Partial<PortOptions> = {},
  target: Partial<HttpDescriptor['targets'][number]> = {},
): Promise<InvocationPort> {
  const descriptor: HttpDescriptor = {
    targets: [{ url, method: 'POST', headers: { 'content-type': 'application/json' }, body: BODY, ...target }],
    insecure: false,
  };
  const port = await openPort(descriptor, { ...OPTIONS, ...options });
  onTestFinished(() => port.close());
  return port;
}

/** Sends several at once; fails if any is answered twice. */
async function sentTogether(port: InvocationPort, n: number): Promise<Answer[]> {
  const counts = Array.from({ length: n }, () => 0);
  const answers = await Promise.all(
    counts.map(
      (_, i) =>
        new Promise<Answer>((done) =>
          port.send(emptyFlight(), (answer) => {
            counts[i]! += 1;
            done(answer);
          }),
        ),
    ),
  );
  expect(counts).toEqual(counts.map(() => 1));
  return answers;
}

const brief = ({ outcome, error, status }: Answer) => ({ outcome, error, status });

test('a whole answer is ok, with the five facts of its bytes and times in order', async () => {
  const { url, arrivals } = await recordingServer((response) => void response.end('hello'));
  const answer = await sentBy(await portTo(`${url}/path?q=1`, {}, { method: 'PUT' }));
  expect(answer).toMatchObject({ outcome: 'ok', error: null, status: 200, requestBytes: 7, responseBytes: 5 });
  expect(answer.sentMs!).toBeLessThanOrEqual(arrivals[0]!.atMs);
  expect(arrivals[0]!.atMs).toBeLessThanOrEqual(answer.firstByteMs!);
  expect(answer.firstByteMs!).toBeLessThanOrEqual(answer.endMs);
  expect(arrivals[0]).toMatchObject({ url: '/path?q=1', method: 'PUT', body: '{"a":1}' });
  expect(arrivals[0]!.headers['content-type']).toBe('application/json');
});

test.each([
  [200, 'ok', null],
  [202, 'ok', null],
  [204, 'ok', null],
  [301, 'failed', 'redirect'],
  [404, 'failed', 'client_error'],
  [429, 'failed', 'throttled'],
  [500, 'failed', 'server_error'],
  [503, 'failed', 'server_error'],
])('status %i is %s, %s', async (status, outcome, error) => {
  const url = await httpServer((_, response) => void response.writeHead(status).end());
  expect(brief(await sentBy(await portTo(url)))).toEqual({ outcome, error, status });
});

test('a redirect is never followed', async () => {
  const { url, arrivals } = await recordingServer((response) => void response.writeHead(302, { location: '/b' }).end());
  expect((await sentBy(await portTo(`${url}/a`))).error).toBe('redirect');
  expect(arrivals.map((arrival) => arrival.url)).toEqual(['/a']);
});

test('where nobody listens it is refused, and nothing was sent', async () => {
  const answer = await sentBy(await portTo(await closedPort()));
  expect(answer).toMatchObject({ outcome: 'failed', error: 'refused', status: null, sentMs: null, firstByteMs: null });
  expect(answer.responseBytes).toBeNull();
});

test('a host name that nobody knows is a fault of the name service', async () => {
  const answer = await sentBy(await portTo('http://no-such-host.invalid/'));
  expect(brief(answer)).toEqual({ outcome: 'failed', error: 'dns', status: null });
});

test('a connection that is reset before the answer is a reset', async () => {
  const url = await rawServer((socket) => onRequest(socket, () => socket.resetAndDestroy()));
  const answer = await sentBy(await portTo(url));
  expect(brief(answer)).toEqual({ outcome: 'failed', error: 'reset', status: null });
  expect(answer.sentMs).not.toBeNull();
});

test('a connection that is reset in the middle of a body is a reset, with the status and the bytes that came', async () => {
  const url = await rawServer((socket) =>
    onRequest(socket, () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.resetAndDestroy());
    }),
  );
  const answer = await sentBy(await portTo(url));
  expect(brief(answer)).toMatchObject({ outcome: 'failed', error: 'reset' });
});

test('a connection that closes in the middle of a body is no whole answer', async () => {
  const url = await rawServer((socket) =>
    onRequest(socket, () => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')),
  );
  const answer = await sentBy(await portTo(url));
  expect(answer).toMatchObject({ outcome: 'failed', error: 'reset', status: 200, responseBytes: 4 });
});

test.each([
  ['what is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['a status that is no number', 'HTTP/1.1 OK\r\n\r\n'],
  ['two lengths that differ', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'],
  ['an upgrade that nobody asked for', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ['a chunk without a length', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
])('%s is a fault of the protocol', async (_, text) => {
  const url = await rawServer((socket) => onRequest(socket, () => void socket.write(text)));
  expect((await sentBy(await portTo(url))).error).toBe('protocol');
});

test('an answer that never comes is a timeout at its deadline, and so is one that stops in the middle', async () => {
  const silent = await rawServer(() => undefined);
  const stalling = await rawServer((socket) =>
    onRequest(socket, () => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')),
  );
  for (const url of [silent, stalling]) {
    const port = await portTo(url, { timeoutMs: 150 });
    // The deadline counts from before it is sent; on a busy machine that is later.
    const beganMs = monotonicMs();
    const answer = await sentBy(port);
    expect(answer).toMatchObject({ outcome: 'failed', error: 'timeout' });
    expect(answer.endMs - beganMs).toBeGreaterThan(140);
  }
});

test('the deadline is of the whole request: an answer byte by byte does not extend it', async () => {
  const url = await rawServer((socket) =>
    onRequest(socket, () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      const drip = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(drip));
    }),
  );
  const answer = await sentBy(await portTo(url, { timeoutMs: 200 }));
  expect(answer).toMatchObject({ error: 'timeout', status: 200 });
});

test('after a timeout the next request goes out on another connection and is answered', async () => {
  let requests = 0;
  const url = await httpServer((_, response) => {
    requests += 1;
    if (requests > 1) response.end('late is not lost');
  });
  const port = await portTo(url, { timeoutMs: 150 });
  expect((await sentBy(port)).error).toBe('timeout');
  expect((await sentBy(port)).outcome).toBe('ok');
});

test('an answer of 10 MB is read to its end and counted, and only its beginning is kept', async () => {
  const url = await httpServer((_, response) => void response.end(Buffer.alloc(10_000_000, 'x')));
  const answer = await sentBy(await portTo(url, { responseBodyBytes: 100 }));
  expect(answer).toMatchObject({ outcome: 'ok', responseBytes: 10_000_000, truncated: true });
  expect(answer.body).toBe('x'.repeat(100));
});

test('a body that fits is kept whole, and none is kept where none is wanted', async () => {
  const url = await httpServer((_, response) => void response.end('{"n":1}'));
  expect(await sentBy(await portTo(url, { responseBodyBytes: 7 }))).toMatchObject({
    body: '{"n":1}',
    truncated: false,
  });
  expect(await sentBy(await portTo(url, { responseBodyBytes: 0 }))).toMatchObject({ body: null, truncated: false });
});

test("faas_measure's ids are taken from beyond what is kept of its answer, and are not those of the next", async () => {
  const ids = { exist_id: 'bf059391-34f7-42b7-9f1b-97ce090b3ca3', new_id: '038b59dc-7cd3-4689-964a-d98ee74d66d6' };
  const answers = [JSON.stringify({ cpuu: 'x'.repeat(100_000), stat: ids }), 'x'.repeat(100_000), 'short'];
  const url = await httpServer((_, response) => void response.end(answers.shift()));
  const port = await portTo(url, { responseBodyBytes: 100 });
  for (const measuredIds of [ids, null, null]) expect(await sentBy(port)).toMatchObject({ measuredIds });
});

test('connections are kept: a hundred requests one after the other need one', async () => {
  const { url, connections } = await countingServer();
  const port = await portTo(url);
  for (let i = 0; i < 100; i += 1) expect((await sentBy(port)).outcome).toBe('ok');
  expect(connections.size).toBe(1);
});

test('a server that closes after each answer is met with a fresh connection each time', async () => {
  const { url, connections } = await countingServer({ connection: 'close' });
  const port = await portTo(url);
  for (let i = 0; i < 20; i += 1) expect((await sentBy(port)).outcome).toBe('ok');
  expect(connections.size).toBe(20);
});

test('ten requests at once use the ten connections that were warmed, and no other', async () => {
  const { url, connections } = await countingServer();
  const port = await portTo(url);
  await port.warm(10);
  const answers = await sentTogether(port, 10);
  expect(answers.every(({ outcome }) => outcome === 'ok')).toBe(true);
  expect(connections.size).toBe(10);
});

test('what a server says on an idle connection is no answer to the next request', async () => {
  let connections = 0;
  const url = await rawServer((socket) => {
    connections += 1;
    if (connections === 1) socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
    else onRequest(socket, () => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
  });
  const port = await portTo(url);
  await port.warm(1);
  // The second connection is opened after the first was answered, so what the server said on it has arrived by then.
  await port.warm(2);
  // Two at once take both.
  const ok = { outcome: 'ok', error: null, status: 200 };
  expect((await sentTogether(port, 2)).map(brief)).toEqual([ok, ok]);
});

test('warming where nobody listens is no error: the rows will meet it', async () => {
  const port = await portTo(await closedPort());
  await port.warm(5);
  expect((await sentBy(port)).error).toBe('refused');
});

test('more requests than connections allowed wait for one and are all answered', async () => {
  const { url, connections } = await countingServer();
  const answers = await sentTogether(await portTo(url, { maxInFlight: 7 }), 200);
  expect(answers.every(({ outcome }) => outcome === 'ok')).toBe(true);
  expect(connections.size).toBeLessThanOrEqual(7);
});

test('five hundred at once to a server that resets every third: one answer each', async () => {
  let n = 0;
  const url = await httpServer((request, response) => {
    n += 1;
    if (n % 3 === 0) request.socket.resetAndDestroy();
    else response.end('ok');
  });
  const answers = await sentTogether(await portTo(url, { maxInFlight: 500 }), 500);
  const kinds = new Set(answers.map(({ outcome, error }) => `${outcome} ${error}`));
  expect(kinds).toEqual(new Set(['ok null', 'failed reset']));
  // 500 requests, every third reset: 166.
  expect(answers.filter(({ outcome }) => outcome === 'failed')).toHaveLength(166);
});

test('closing answers what is under way as a reset', async () => {
  const url = await rawServer(() => undefined);
  const port = await portTo(url);
  const answer = sentBy(port);
  const waiting = sentBy(port);
  await port.close();
  expect((await answer).error).toBe('reset');
  expect((await waiting).error).toBe('reset');
});

test('${NAME} in a header comes from the environment when the port opens', async () => {
  process.env['FAASLAB_TEST_TOKEN'] = 'Bearer abc';
  onTestFinished(() => void delete process.env['FAASLAB_TEST_TOKEN']);
  const { url, arrivals } = await recordingServer();
  await sentBy(await portTo(url, {}, { headers: { authorization: '${FAASLAB_TEST_TOKEN}' } }));
  expect(arrivals[0]!.headers.authorization).toBe('Bearer abc');
  await expect(portTo(url, {}, { headers: { 'x-key': '${FAASLAB_TEST_NOT_SET}' } })).rejects.toThrow(
    'header x-key needs the environment variable FAASLAB_TEST_NOT_SET, which is not set',
  );
});

test('a value that would add a header is refused, and the message does not show it', async () => {
  process.env['FAASLAB_TEST_TOKEN'] = 'secret\r\nx-evil: 1';
  onTestFinished(() => void delete process.env['FAASLAB_TEST_TOKEN']);
  const opening = portTo('http://127.0.0.1:1/', {}, { headers: { 'x-key': '${FAASLAB_TEST_TOKEN}' } });
  await expect(opening).rejects.toThrow(/^header x-key: the value of .*FAASLAB_TEST_TOKEN cannot stand in a header$/);
});

/** Counts connections by their port. */
async function countingServer(headers: Record<string, string> = {}) {
  const connections = new Set<number>();
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(200, headers).end('ok'));
  });
  server.on('connection', (socket) => connections.add(socket.remotePort!));
  return { url: await listening(server), connections };
}
