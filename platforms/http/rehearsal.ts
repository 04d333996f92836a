import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { openConnectionPool } from './connection-pool.js';
import { requestsOf } from './request.js';

/** Enough requests for the engine to have compiled all that sends and reads; 0.2 s on a slow machine. */
const REQUESTS = 4_000;
const CONNECTIONS = 16;

const ANSWER = Buffer.from(
  'HTTP/1.1 200 OK\r\nserver: rehearsal\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
);

/**
 * Sends requests to a server of this thread's own, on loopback, before the first row is due. Code that never ran is
 * interpreted: at 20,000/s the first rows of a test were up to 180 ms late, until the engine had compiled it.
 * Where no port can be opened, the first rows are what compiles it.
 */
export async function rehearse(): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => void socket.write(ANSWER));
  });
  server.listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return;
  }
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/`);
  const pool = openConnectionPool({
    origin: url.origin,
    maxConnections: CONNECTIONS,
    timeoutMs: 1_000,
    keepBytes: 0,
    wantedHeaders: ['x-openwhisk-activation-id'],
    insecure: false,
  });
  const request = requestsOf({ url, method: 'POST', headers: {} }, { kind: 'one', bytes: Buffer.from('{}') })(0);
  await pool.warm(CONNECTIONS);
  await new Promise<void>((done) => {
    let begun = 0;
    let ended = 0;
    const onReply = (): void => {
      ended += 1;
      if (ended === REQUESTS) done();
      else if (begun < REQUESTS) next();
    };
    const next = (): void => {
      begun += 1;
      // A turn later, as a row's turn comes: not from within the answer before it.
      setImmediate(() => pool.send(request, null, null, onReply));
    };
    for (let i = 0; i < CONNECTIONS; i += 1) next();
  });
  pool.close();
  server.close();
}
