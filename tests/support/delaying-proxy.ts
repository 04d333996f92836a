import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** Passes a server's answers on only after so long, in order; what is sent to it goes on at once. @returns its port */
export async function delayingProxy(port: number, delayMs: number): Promise<number> {
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    client.on('error', () => upstream.destroy()).pipe(upstream);
    upstream.on('error', () => client.destroy());
    upstream.on('data', (bytes) => void setTimeout(() => client.write(bytes), delayMs));
    upstream.on('close', () => void setTimeout(() => client.destroy(), delayMs));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}
