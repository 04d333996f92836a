import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { monotonicMs } from '../../common/clock.js';
import type { InstanceSpec } from '../../workload/model.js';
import { postTo } from './workloads.js';

/** A row of the plan as it arrived at a server. */
export interface RowArrival {
  seq: number;
  /** when its request was there as a whole, `monotonicMs()` */
  atMs: number;
}

/** A TCP server to which each request tells its row, and which does with it what a test says. */
export interface RowServer {
  url: string;
  arrivals: RowArrival[];
  /** connections that are open now */
  open(): number;
  /** hangs up and listens no more */
  goAway(): void;
  /** listens again, where it did before */
  comeBack(): Promise<void>;
}

export async function rowServer(serve: (socket: Socket, seq: number) => void): Promise<RowServer> {
  const arrivals: RowArrival[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay();
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    onBody(socket, (body) => {
      const { seq } = JSON.parse(body) as { seq: number };
      arrivals.push({ seq, atMs: monotonicMs() });
      serve(socket, seq);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const goAway = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(goAway);
  return {
    url: `http://127.0.0.1:${port}`,
    arrivals,
    open: () => sockets.size,
    goAway,
    async comeBack() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}

/** Calls back with the body of each request, when it is whole. */
function onBody(socket: Socket, call: (body: string) => void): void {
  let come = '';
  socket.on('data', (bytes) => {
    come += bytes.toString('latin1');
    for (;;) {
      const bodyAt = come.indexOf('\r\n\r\n') + 4;
      if (bodyAt < 4) return;
      const end = bodyAt + Number(/^content-length: (\d+)$/im.exec(come.slice(0, bodyAt))![1]);
      if (come.length < end) return;
      const body = come.slice(bodyAt, end);
      come = come.slice(end);
      call(body);
    }
  });
}

/** An instance whose rows each tell their place in the plan, where it is the only one. */
export function rowsTo(url: string, rows: number, given: Partial<InstanceSpec> = {}): Partial<InstanceSpec> {
  const jsons = Array.from({ length: rows }, (_, seq) => JSON.stringify({ seq }));
  return postTo(url, { payload: { kind: 'list', jsons, order: 'cycle' }, ...given });
}
