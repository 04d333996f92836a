import { PlatformError } from '../../common/errors.js';
import { openConnectionPool } from './connection-pool.js';
import type { Reply } from './exchange.js';
import { requestsOf } from './request.js';

/** How a request outside the hot path is made: preflight and the like. */
export interface OneRequest {
  url: string;
  method?: 'GET' | 'HEAD' | 'POST';
  headers?: Record<string, string>;
  insecure?: boolean;
}

/** A whole answer, whatever its status. */
export interface OneAnswer {
  status: number;
  body: string;
}

const TIMEOUT_MS = 15_000;
const LARGEST_BODY_BYTES = 2 ** 24;

const HINTS = {
  refused: 'nothing listens there',
  dns: 'the host name is not known',
  tls: 'the TLS handshake failed',
  timeout: 'no answer within 15 s',
  reset: 'the connection was closed without an answer',
  protocol: 'what answers there does not speak HTTP',
  no_socket: 'this machine has no socket left',
};

/**
 * Makes one request on a connection of its own and reads the answer.
 * @throws PlatformError if there is no whole answer; the message names the place without user info and query
 */
export async function oneRequest({
  url: address,
  method = 'GET',
  headers = {},
  insecure = false,
}: OneRequest): Promise<OneAnswer> {
  const url = new URL(address);
  const pool = openConnectionPool({
    origin: url.origin,
    maxConnections: 1,
    timeoutMs: TIMEOUT_MS,
    keepBytes: LARGEST_BODY_BYTES,
    wantedHeaders: [],
    insecure,
  });
  try {
    const request = requestsOf({ url, method, headers }, null)(0);
    return await new Promise<OneAnswer>((answered, failed) => {
      pool.send(request, answered, failed, ({ fault, status, body }: Reply) => {
        if (fault === null) answered({ status: status!, body: body?.toString('utf8') ?? '' });
        else failed(new PlatformError(`${publicUrl(address)} cannot be reached: ${HINTS[fault]}`));
      });
    });
  } finally {
    pool.close();
  }
}

/** A URL without what may be secret in it: user info, query, fragment. */
export function publicUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname === '/' ? '' : pathname}`;
}
