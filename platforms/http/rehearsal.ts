import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { InvocationPort } from '../platform.js';

const ANSWER = Buffer.from(
  'HTTP/1.1 200 OK\r\nserver: rehearsal\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
);

/**
 * A port like the one of the test, to a server of this thread's own on loopback: what is sent there before plan zero makes
 * the engine compile all that sends and reads. Code that never ran is interpreted, and at 20,000/s the first rows of a test
 * were up to 180 ms late.
 *
 * @param open opens the port to the server's address
 * @returns    null where no port can be opened: then the first rows are what compiles it
 */
export async function rehearsalPort(open: (url: string) => Promise<InvocationPort>): Promise<InvocationPort | null> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => void socket.write(ANSWER));
  });
  server.listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return null;
  }
  const port = await open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    ...port,
    async close() {
      await port.close();
      server.close();
    },
  };
}
