import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { monotonicMs } from '../../../common/clock.js';
import { certificate } from '../../support/certificates.js';
import { httpServer, listening, onRequest, rawServer } from '../../support/http-servers.js';
import { faultsInProgram, poolTo, replyOf, requestTo } from '../../support/pools.js';
import { createServer as createTlsServer } from 'node:tls';

const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

test('replies find their requests, whatever connections they share and in whatever order they come', async () => {
  const url = await httpServer((request, response) => {
    // The later ones of each ten are answered first.
    const n = Number(request.url!.slice(1));
    setTimeout(() => response.setHeader('x-n', String(n)).end(`body ${n}`), 20 - 2 * (n % 10));
  });
  const pool = poolTo(url, { maxConnections: 25, wantedHeaders: ['x-n'] });
  const replies = await Promise.all(Array.from({ length: 400 }, (_, n) => replyOf(pool, requestTo(`${url}/${n}`))));
  expect(replies.map(({ headers, body }) => [headers[0], body])).toEqual(replies.map((_, n) => [`${n}`, `body ${n}`]));
});

test('a request that is sent from within a reply does not disturb that reply', async () => {
  const url = await httpServer((request, response) => void response.end(request.url));
  const pool = poolTo(url, { maxConnections: 1 });
  const told: string[] = [];
  await new Promise<void>((done) => {
    const next = (n: number): void =>
      pool.send(requestTo(`${url}/${n}`), n, done, (reply, one) => {
        if (one < 50) next(one + 1);
        told.push(`${one} ${reply.status} ${reply.body!.toString()}`);
        if (one === 50) done();
      });
    next(0);
  });
  expect(told).toEqual(Array.from({ length: 51 }, (_, n) => `${n} 200 /${n}`));
});

test('a request is stamped as sent when it leaves, not when it begins to wait; its first byte and its end when they come', async () => {
  const url = await httpServer((_, response) => {
    response.write('first');
    setTimeout(() => response.end('last'), 100);
  });
  const pool = poolTo(url, { maxConnections: 1 });
  const begunMs = monotonicMs();
  const [first, second] = await Promise.all([replyOf(pool, requestTo(url)), replyOf(pool, requestTo(url))]);
  expect(first.sentMs!).toBeGreaterThanOrEqual(begunMs);
  // One connection: the second leaves when the first has its answer. A timer may ring a millisecond early.
  expect(second.sentMs!).toBeGreaterThanOrEqual(first.endMs);
  for (const { firstByteMs, endMs } of [first, second]) expect(endMs - firstByteMs!).toBeGreaterThan(90);
});

test('an answer before the request was sent whole is taken, and its connection is not used again', async () => {
  let connections = 0;
  const url = await rawServer((socket) => {
    connections += 1;
    onRequest(socket, (head) => {
      if (!head.startsWith('POST')) return void socket.write(EMPTY);
      // It reads no more: most of the body stays with the client.
      socket.pause();
      socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig');
    });
  });
  const pool = poolTo(url, { maxConnections: 1 });
  const early = await replyOf(pool, requestTo(url, 'POST', Buffer.alloc(10_000_000)));
  expect(early).toMatchObject({ fault: null, status: 413, body: 'big' });
  expect(await replyOf(pool, requestTo(url))).toMatchObject({ fault: null, status: 200 });
  expect(connections).toBe(2);
});

test('an answer before the request was sent whole is taken also if the server hangs up behind it', async () => {
  const url = await rawServer((socket) => {
    socket.once('data', () => {
      socket.pause();
      // What it did not read makes this a reset behind the answer.
      socket.write('HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig', () =>
        socket.destroy(),
      );
    });
  });
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => replyOf(poolTo(url), requestTo(url, 'POST', Buffer.alloc(10_000_000)))),
  );
  for (const reply of replies) expect(reply).toMatchObject({ fault: null, status: 413, body: 'big' });
});

test('what a server says before it is asked ends the connection, and the request goes over another', async () => {
  const sockets: Socket[] = [];
  const url = await rawServer((socket) => {
    sockets.push(socket);
    onRequest(socket, () => void socket.write(EMPTY));
  });
  const pool = poolTo(url, { maxConnections: 1 });
  await pool.warm(1);
  await expect.poll(() => sockets.length).toBe(1);
  const gone = once(sockets[0]!, 'close');
  sockets[0]!.write(EMPTY);
  await gone;
  expect(await replyOf(pool, requestTo(url))).toMatchObject({ fault: null, status: 200 });
  expect(sockets).toHaveLength(2);
});

test('a connection that the server would close in a second is not used again; one of five seconds is', async () => {
  let keepFor = 1;
  const ports = new Set<number>();
  const url = await rawServer((socket) => {
    ports.add(socket.remotePort!);
    onRequest(socket, () => {
      socket.write(`HTTP/1.1 200 OK\r\nKeep-Alive: timeout=${keepFor}\r\nContent-Length: 0\r\n\r\n`);
    });
  });
  const pool = poolTo(url);
  for (let i = 0; i < 3; i += 1) expect((await replyOf(pool, requestTo(url))).fault).toBeNull();
  expect(ports.size).toBe(3);
  keepFor = 5;
  for (let i = 0; i < 3; i += 1) expect((await replyOf(pool, requestTo(url))).fault).toBeNull();
  expect(ports.size).toBe(4);
});

test('while connections cannot be opened each request has its whole time: a younger one does not fall with an older', async () => {
  // A TLS handshake that nobody answers: the connection never opens.
  const url = (await rawServer(() => undefined)).replace('http:', 'https:');
  const pool = poolTo(url, { maxConnections: 1, timeoutMs: 400 });
  const begunMs: number[] = [];
  const send = (): ReturnType<typeof replyOf> => {
    begunMs.push(monotonicMs());
    return replyOf(pool, requestTo(url));
  };
  const older = send();
  await new Promise((waited) => setTimeout(waited, 200));
  const replies = await Promise.all([older, send()]);
  for (const [i, { fault, sentMs, endMs }] of replies.entries()) {
    expect([fault, sentMs]).toEqual(['timeout', null]);
    expect(endMs - begunMs[i]!).toBeGreaterThanOrEqual(400);
  }
});

test('an attempt that was made ahead may fail: who waits is served by another', async () => {
  const held: Socket[] = [];
  const server = createTlsServer(certificate(), (socket) => {
    socket.on('error', () => undefined);
    // The first eight keep their connections busy, so that the ninth finds none and one more is opened ahead.
    onRequest(socket, () => (held.length < 8 ? void held.push(socket) : void socket.write(EMPTY)));
  });
  let arrived = 0;
  server.on('connection', (socket: Socket) => {
    arrived += 1;
    if (arrived === 9) socket.destroy();
  });
  const url = await listening(server, 'https');
  const pool = poolTo(url, { insecure: true });
  await pool.warm(8);
  const busy = Array.from({ length: 8 }, () => replyOf(pool, requestTo(url)));
  await expect.poll(() => held.length).toBe(8);
  expect(await replyOf(pool, requestTo(url))).toMatchObject({ fault: null, status: 200 });
  for (const socket of held) socket.write(EMPTY);
  expect((await Promise.all(busy)).every(({ fault }) => fault === null)).toBe(true);
  expect(arrived).toBeGreaterThanOrEqual(10);
});

test('after its end a pool answers at once with `reset`, and ending it again is nothing', async () => {
  const url = await rawServer(() => undefined);
  const pool = poolTo(url);
  const underWay = replyOf(pool, requestTo(url));
  // From within the reply that its end gives.
  const late = underWay.then(() => replyOf(pool, requestTo(url)));
  pool.close();
  pool.close();
  expect((await underWay).fault).toBe('reset');
  expect(await late).toMatchObject({ fault: 'reset', sentMs: null, status: null });
});

test('a pool may be ended from within a reply', async () => {
  const url = await httpServer((_, response) => void response.end());
  const pool = poolTo(url);
  const faults: (string | null)[] = [];
  await new Promise<void>((done) => {
    for (let i = 0; i < 20; i += 1) {
      pool.send(requestTo(url), null, null, ({ fault }) => {
        if (fault === null) pool.close();
        faults.push(fault);
        if (faults.length === 20) done();
      });
    }
  });
  // The one whose reply ended the pool, and all others.
  expect(faults.toSorted()).toEqual([null, ...Array.from({ length: 19 }, () => 'reset')].toSorted());
});

/** What a server may do with a request. */
const WHIMS = [
  'answer',
  'answer',
  'answer',
  'answer and close',
  'close',
  'reset',
  'stall',
  'drip',
  'babble',
  'cut',
] as const;
type Whim = (typeof WHIMS)[number];

function indulge(socket: Socket, whim: Whim): void {
  if (whim === 'answer') socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  else if (whim === 'answer and close') socket.end('HTTP/1.1 200 OK\r\n\r\nok');
  else if (whim === 'close') socket.end();
  else if (whim === 'reset') socket.resetAndDestroy();
  else if (whim === 'babble') socket.write('BABBLE\r\n\r\n');
  else if (whim === 'cut') socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut');
  else if (whim === 'drip') drip(socket, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n');
}

function drip(socket: Socket, text: string): void {
  if (text === '' || socket.destroyed) return;
  socket.write(text[0]!, () => setImmediate(drip, socket, text.slice(1)));
}

/** How a request may end to which a server did that, behind others on the same connection. */
const ENDS: Record<Whim, (string | null)[]> = {
  answer: [null],
  'answer and close': [null],
  close: ['reset'],
  reset: ['reset'],
  stall: ['timeout'],
  drip: [null],
  babble: ['protocol'],
  cut: ['reset'],
};

test('to a server of any whims each request is answered exactly once, as its own whim says, and no socket is left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...WHIMS), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      async (whims, maxConnections) => {
        const server = createServer((socket) => {
          socket.on('error', () => undefined);
          onRequest(socket, (head) => indulge(socket, whims[Number(/ \/(\d+) /.exec(head)![1])]!));
        });
        const url = await serving(server);
        const pool = poolTo(url, { maxConnections, timeoutMs: 250 });
        const replies = await Promise.all(whims.map((_, i) => replyOf(pool, requestTo(`${url}/${i}`))));
        for (const [i, { fault, status, sentMs, firstByteMs, endMs, responseBytes }] of replies.entries()) {
          // Behind a request that stalls others may meet their deadlines before their turn.
          const expected = whims.includes('stall') ? [...ENDS[whims[i]!], 'timeout'] : ENDS[whims[i]!];
          expect(expected, whims[i]).toContain(fault);
          if (fault === null) expect([status, responseBytes]).toEqual([200, 2]);
          const times = [sentMs, firstByteMs, endMs].filter((time) => time !== null);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
        }
        pool.close();
        await noConnectionOf(server);
        server.close();
      },
    ),
    { numRuns: 15 },
  );
});

/** Each fifth request is treated alike: kept, closed as told, closed as the body's end, reset, answered with no HTTP. */
function changeableServer(): Server {
  let n = 0;
  return createServer((socket) => {
    socket.on('error', () => undefined);
    onRequest(socket, () => {
      n += 1;
      if (n % 5 === 0) socket.write(EMPTY);
      else if (n % 5 === 1) socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      else if (n % 5 === 2) socket.end('HTTP/1.0 200 OK\r\n\r\nuntil the end');
      else if (n % 5 === 3) socket.resetAndDestroy();
      else socket.write('no HTTP\r\n\r\n');
    });
  });
}

function counted(faults: (string | null)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fault of faults) counts[fault ?? 'none'] = (counts[fault ?? 'none'] ?? 0) + 1;
  return counts;
}

test('thousands of requests through connections that come and go leave no socket', async () => {
  const server = changeableServer();
  const url = await serving(server);
  const pool = poolTo(url, { maxConnections: 40 });
  const request = requestTo(url);
  const faults: (string | null)[] = [];
  for (let round = 0; round < 50; round += 1) {
    const replies = await Promise.all(Array.from({ length: 80 }, () => replyOf(pool, request)));
    for (const { fault } of replies) faults.push(fault);
  }
  // Of 4,000 requests three of five are answered, one is reset, one meets no HTTP.
  expect(counted(faults)).toEqual({ none: 2_400, reset: 800, protocol: 800 });
  pool.close();
  await noConnectionOf(server);
  server.close();
});

test('a program that has closed its pool ends by itself: no socket, timer or handle keeps it', async () => {
  const server = changeableServer();
  const faults = await faultsInProgram(await serving(server), 1_000);
  expect(counted(faults)).toEqual({ none: 600, reset: 200, protocol: 200 });
  await noConnectionOf(server);
  server.close();
});

/** Listens, and leaves it to the test to close. */
async function serving(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function noConnectionOf(server: Server): Promise<void> {
  const count = (): Promise<number> => new Promise((told) => server.getConnections((_, open) => told(open)));
  await expect.poll(count, { timeout: 20_000, interval: 5 }).toBe(0);
}
