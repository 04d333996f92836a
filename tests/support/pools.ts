import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { compiledModule } from '../../common/package-root.js';
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
export type KeptReply = Omit<Reply, 'body' | 'measuredIds'> & { body: string | null };

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

/**
 * The faults of requests that a program of its own sends, ten at once, before it closes its pool. It is not told to exit: it ends
 * when nothing keeps it, so with a socket or timer left behind this never resolves.
 */
export async function faultsInProgram(
  url: string,
  requests: number,
  env: Record<string, string> = {},
): Promise<(string | null)[]> {
  const [pool, request] = ['connection-pool', 'request'].map(
    (name) => compiledModule(`platforms/http/${name}.js`).href,
  );
  const program = `
    import { openConnectionPool } from '${pool}';
    import { requestsOf } from '${request}';
    const url = new URL('${url}');
    const limits = { maxConnections: 10, timeoutMs: 600_000, keepBytes: 0, wantedHeaders: [], insecure: false };
    const pool = openConnectionPool({ origin: url.origin, ...limits });
    const request = requestsOf({ url, method: 'GET', headers: {} }, null)(0);
    const faults = [];
    let sent = 0;
    function next() {
      if (sent === ${requests}) return;
      sent += 1;
      pool.send(request, null, null, ({ fault }) => {
        faults.push(fault);
        next();
        if (faults.length < ${requests}) return;
        pool.close();
        console.log(JSON.stringify(faults));
      });
    }
    for (let i = 0; i < 10; i += 1) next();`;
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } });
  return JSON.parse(stdout) as (string | null)[];
}
