import type { BodySource } from '../bodies.js';
import type { Flight, InvocationPort, Landed, OpenPort } from '../platform.js';
import { openConnectionPool, type ConnectionPool } from './connection-pool.js';
import type { Reply } from './exchange.js';
import { expandHeaders } from './headers.js';
import { rehearsalPort } from './rehearsal.js';
import { type PreparedRequest, requestsOf } from './request.js';
import { endingOfStatus, failed, writeAnswer } from './status.js';

/** What the firing thread needs to send to any HTTP endpoint; one target an instance, in their order. */
export interface HttpDescriptor {
  targets: { url: string; method: string; headers: Record<string, string>; body: BodySource | null }[];
  insecure: boolean;
}

interface Target {
  pool: ConnectionPool;
  requestOf: (input: number) => PreparedRequest;
}

/** Opens connections to the origins of a descriptor. `${NAME}` in header values is read from the environment here, last. */
export const openPort: OpenPort = async (
  descriptor,
  { maxInFlight, timeoutMs, responseBodyBytes },
): Promise<InvocationPort> => {
  const { targets, insecure } = descriptor as HttpDescriptor;
  const pools = new Map<string, ConnectionPool>();
  const opened = targets.map(({ url: address, method, headers, body }): Target => {
    const url = new URL(address);
    const requestOf = requestsOf({ url, method, headers: expandHeaders(headers) }, body);
    return { pool: poolTo(url.origin), requestOf };
  });

  function poolTo(origin: string): ConnectionPool {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const limits = { maxConnections: maxInFlight, timeoutMs, keepBytes: responseBodyBytes };
    const pool = openConnectionPool({ origin, insecure, wantedHeaders: [], ...limits });
    pools.set(origin, pool);
    return pool;
  }

  function onReply(reply: Reply, flight: Flight, landed: Landed): void {
    writeAnswer(flight, reply, reply.fault === null ? endingOfStatus(reply.status!) : failed(reply.fault));
    if (responseBodyBytes > 0 && reply.status !== null) {
      flight.body = reply.body?.toString('utf8') ?? '';
      flight.truncated = (reply.responseBytes ?? 0) > (reply.body?.length ?? 0);
      flight.measuredIds = reply.measuredIds;
    }
    landed(flight);
  }

  return {
    async warm(connections) {
      await Promise.all([...pools.values()].map((pool) => pool.warm(Math.ceil(connections / pools.size))));
    },
    send(flight, landed) {
      const { pool, requestOf } = opened[flight.instance]!;
      const request = requestOf(flight.input);
      flight.requestBytes = request.requestBytes;
      pool.send(request, flight, landed, onReply);
    },
    async close() {
      for (const pool of pools.values()) pool.close();
    },
    rehearsal: () => rehearsalPort(openRehearsal),
  };
};

function openRehearsal(url: string): Promise<InvocationPort> {
  const target = { url, method: 'POST', headers: {}, body: { kind: 'one' as const, bytes: Buffer.from('{}') } };
  const options = { maxInFlight: 100, timeoutMs: 10_000, responseBodyBytes: 0 };
  return openPort({ targets: [target], insecure: false } satisfies HttpDescriptor, options);
}
