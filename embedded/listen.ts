import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PlatformError } from '../common/errors.js';

/** A front: an HTTP server that accepts requests. */
export interface Front {
  url: string;
  close(): Promise<void>;
}

/**
 * Accepts requests on a port of this machine.
 * @param port 0 = any free one
 * @param flag how the user names the port, for the error
 * @throws PlatformError if the port is taken or not allowed
 */
export async function listen(host: string, port: number, flag: string, listener: RequestListener): Promise<Front> {
  const server = createServer(listener);
  // Longer than any client keeps an idle connection: whoever closes first must not be us, or a request is lost on its way.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  await bind(server, host, port, flag);
  const { port: bound, family, address } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bind(server: Server, host: string, port: number, flag: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const where = `${host}:${port}`;
      const why = {
        EADDRINUSE: `port ${port} is in use; choose another with ${flag}, or 0 for any free one`,
        EACCES: `no permission to listen on ${where}; choose a port above 1023 with ${flag}`,
        EADDRNOTAVAIL: `${host} is no address of this machine`,
      }[error.code ?? ''];
      reject(new PlatformError(why ?? `cannot listen on ${where}: ${error.message}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}
