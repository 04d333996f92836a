import type { InvocationPort, OpenPort } from '../platform.js';
import { openConnectionPool, type ConnectionPool } from './connection-pool.js';
import type { PreparedRequest } from './exchange.js';
import { expandHeaders } from './headers.js';
import { answerOf, endingOfStatus, failed } from './status.js';

/** What the firing thread needs to send to any HTTP endpoint; one target an instance, in their order. */
export interface HttpDescriptor {
  targets: { url: string; method: string; headers: Record<string, string>; body: string | null }[];
  insecure: boolean;
}

/** Opens connections to the origins of a descriptor. `${NAME}` in header values is read from the environment here, last. */
export const openPort: OpenPort = async (
  descriptor,
  { maxInFlight, timeoutMs, responseBodyBytes },
): Promise<InvocationPort> => {
  const { targets, insecure } = descriptor as HttpDescriptor;
  const pools = new Map<string, ConnectionPool>();
  const prepared = targets.map((target): { pool: ConnectionPool; request: PreparedRequest } => {
    const { origin } = new URL(target.url);
    const pool =
      pools.get(origin) ??
      openConnectionPool({ origin, maxConnections: maxInFlight, timeoutMs, keepBytes: responseBodyBytes, insecure });
    pools.set(origin, pool);
    return { pool, request: prepare(target) };
  });
  return {
    async warm(connections) {
      await Promise.all([...pools.values()].map((pool) => pool.warm(Math.ceil(connections / pools.size))));
    },
    send(instance, done) {
      const { pool, request } = prepared[instance]!;
      pool.send(request, (reply) => {
        const ending = reply.fault === null ? endingOfStatus(reply.status!) : failed(reply.fault);
        const answer = answerOf(reply, ending, null, request.requestBytes);
        if (responseBodyBytes > 0 && reply.status !== null) {
          answer.body = reply.body?.toString('utf8') ?? '';
          answer.truncated = (reply.responseBytes ?? 0) > (reply.body?.length ?? 0);
        }
        done(answer);
      });
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
};

function prepare({ url, method, headers, body }: HttpDescriptor['targets'][number]): PreparedRequest {
  const { pathname, search } = new URL(url);
  const bytes = body === null ? null : Buffer.from(body, 'utf8');
  return {
    path: `${pathname}${search}`,
    method,
    headers: Object.entries(expandHeaders(headers)).flat(),
    body: bytes,
    requestBytes: bytes?.length ?? 0,
  };
}
