import { onTestFinished } from 'vitest';
import {
  type ConnectionPool,
  type ConnectionPoolOptions,
  openConnectionPool,
} from '../../platforms/http/connection-pool.js';
import type { Reply } from '../../platforms/http/exchange.js';
import { type PreparedRequest, requestsOf } from '../../platforms/http/request.js';

/** A pool to the origin of a URL, closed at the end of the test. */
export function poolTo(url: string, given: Partial<ConnectionPoolOptions> = {}): ConnectionPool {
  const pool = openConnectionPool({
    origin: new URL(url).origin,
    maxConnections: 100,
    timeoutMs: 30_000,
    keepBytes: 1_000,
    wantedHeaders: [],
    insecure: false,
    ...given,
  });
  onTestFinished(() => pool.close());
  return pool;
}

/** A request with a body, or without one. */
export function requestTo(url: string, method = 'GET', body: Buffer | null = null): PreparedRequest {
  return requestsOf({ url: new URL(url), method, headers: {} }, body === null ? null : { kind: 'one', bytes: body })(0);
}

/** What a reply says, for keeps. */
export type KeptReply = Omit<Reply, 'body'> & { body: string | null };

/** Sends a request; fails if it is answered twice. */
export function replyOf(pool: ConnectionPool, request: PreparedRequest): Promise<KeptReply> {
  return new Promise((done, failed) => {
    let replies = 0;
    pool.send(request, null, null, ({ fault, status, headers, sentMs, firstByteMs, endMs, responseBytes, body }) => {
      replies += 1;
      if (replies > 1) return failed(new Error('answered twice'));
      const text = body?.toString('latin1') ?? null;
      done({ fault, status, headers: [...headers], sentMs, firstByteMs, endMs, responseBytes, body: text });
    });
  });
}
