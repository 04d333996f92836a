import type { InvocationPort, OpenPort } from '../platform.js';
import { openConnectionPool, type ConnectionPool } from './connection-pool.js';
import type { PreparedRequest } from './exchange.js';
import { expandHeaders } from './headers.js';
import { bodiesOf, type BodySource } from '../bodies.js';
import { endingOfStatus, failed, writeAnswer } from './status.js';

/** What the firing thread needs to send to any HTTP endpoint; one target an instance, in their order. */
export interface HttpDescriptor {
  targets: { url: string; method: string; headers: Record<string, string>; body: BodySource | null }[];
  insecure: boolean;
}

/** Opens connections to the origins of a descriptor. `${NAME}` in header values is read from the environment here, last. */
export const openPort: OpenPort = async (
  descriptor,
  { maxInFlight, timeoutMs, responseBodyBytes },
): Promise<InvocationPort> => {
  const { targets, insecure } = descriptor as HttpDescriptor;
  const pools = new Map<string, ConnectionPool>();
  const prepared = targets.map((target): { pool: ConnectionPool; requestOf: (input: number) => PreparedRequest } => {
    const { origin } = new URL(target.url);
    const pool =
      pools.get(origin) ??
      openConnectionPool({ origin, maxConnections: maxInFlight, timeoutMs, keepBytes: responseBodyBytes, insecure });
    pools.set(origin, pool);
    return { pool, requestOf: prepare(target) };
  });
  return {
    async warm(connections) {
      await Promise.all([...pools.values()].map((pool) => pool.warm(Math.ceil(connections / pools.size))));
    },
    send(flight, landed) {
      const { pool, requestOf } = prepared[flight.instance]!;
      const request = requestOf(flight.input);
      pool.send(request, (reply) => {
        const ending = reply.fault === null ? endingOfStatus(reply.status!) : failed(reply.fault);
        writeAnswer(flight, reply, ending, null, request.requestBytes);
        if (responseBodyBytes > 0 && reply.status !== null) {
          flight.body = reply.body?.toString('utf8') ?? '';
          flight.truncated = (reply.responseBytes ?? 0) > (reply.body?.length ?? 0);
        }
        landed(flight);
      });
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
};

function prepare({
  url,
  method,
  headers,
  body,
}: HttpDescriptor['targets'][number]): (input: number) => PreparedRequest {
  const { pathname, search } = new URL(url);
  const head = { path: `${pathname}${search}`, method, headers: Object.entries(expandHeaders(headers)).flat() };
  if (body === null) return () => ({ ...head, body: null, requestBytes: 0 });
  const bodyOf = bodiesOf(body);
  return (input) => {
    const bytes = bodyOf(input);
    return { ...head, body: bytes, requestBytes: bytes.byteLength };
  };
}
