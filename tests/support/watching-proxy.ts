import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it went by. */
export interface SeenRequest {
  method: string;
  /** below the server's root, decoded */
  path: string;
  query: URLSearchParams;
  /** the documents that `_bulk_get` asked for */
  documentIds: string[];
  /** what was done to its answer */
  fault: Fault | null;
}

/** `cut`: the connection is lost in the middle of the answer. */
export type Fault = 'cut' | { status: number; body: unknown };

export interface WatchingProxy {
  url: string;
  requests: SeenRequest[];
  close(): Promise<void>;
}

/**
 * Stands in front of a real server, writes down what it is asked, and hands everything through but for the faults that
 * `faultOf` wants.
 */
export async function watchingProxy(
  target: string,
  faultOf: (request: SeenRequest, nth: number) => Fault | null = () => null,
): Promise<WatchingProxy> {
  const requests: SeenRequest[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const seen = seenRequest(incoming, body);
      requests.push(seen);
      seen.fault = faultOf(seen, requests.length);
      answer(seen.fault, incoming, body, response);
    });
  });

  function answer(fault: Fault | null, incoming: IncomingMessage, body: Buffer, response: ServerResponse): void {
    if (fault !== null && fault !== 'cut') {
      response.writeHead(fault.status, { 'content-type': 'application/json' }).end(JSON.stringify(fault.body));
      return;
    }
    const { method, headers, url } = incoming;
    const onward = httpRequest(`${target}${url}`, { method, headers, agent }, (answered) => {
      response.writeHead(answered.statusCode!, answered.headers);
      if (fault === 'cut') {
        answered.once('data', (chunk: Buffer) => {
          response.write(chunk.subarray(0, chunk.length / 2), () => response.socket!.destroy());
          answered.destroy();
        });
      } else answered.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      agent.destroy();
    },
  };
}

function seenRequest({ method = '', url = '/' }: IncomingMessage, body: Buffer): SeenRequest {
  const { pathname, searchParams } = new URL(url, 'http://proxy');
  const path = decodeURIComponent(pathname);
  const documentIds = path.endsWith('/_bulk_get') ? idsIn(body) : [];
  return { method, path, query: searchParams, documentIds, fault: null };
}

function idsIn(body: Buffer): string[] {
  return (JSON.parse(body.toString('utf8')) as { docs: { id: string }[] }).docs.map(({ id }) => id);
}
