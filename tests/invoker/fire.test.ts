import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { compiledModule } from '../../common/package-root.js';
import { openFiringThread } from '../../invoker/fire.js';

test('an interruption while connections are being opened ends the thread, though no handshake ever ends', async () => {
  // It accepts and says nothing, so that TLS waits for the whole of the timeout.
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const stop = new AbortController();
  const opening = openFiringThread(
    {
      module: {
        moduleUrl: compiledModule('platforms/http/port.js').href,
        descriptor: { targets: [{ url, method: 'GET', headers: {}, body: null }], insecure: true },
      },
      options: { maxInFlight: 1, timeoutMs: 3_600_000, responseBodyBytes: 0 },
      warmConnections: 1,
    },
    stop.signal,
  );
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => undefined).resume();
  stop.abort();
  await expect(opening).rejects.toThrow('ended before it was ready');
  if (!socket.closed) await once(socket, 'close');
});
