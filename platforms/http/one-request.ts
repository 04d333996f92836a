import { Agent, request } from 'undici';
import { PlatformError } from '../../common/errors.js';
import { faultOf } from './faults.js';

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
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

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
  url,
  method = 'GET',
  headers = {},
  insecure = false,
}: OneRequest): Promise<OneAnswer> {
  const agent = new Agent({
    connect: { rejectUnauthorized: !insecure, timeout: 15_000 },
    headersTimeout: 15_000,
    bodyTimeout: 15_000,
  });
  try {
    const answer = await request(url, { method, headers, dispatcher: agent });
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
  } catch (error) {
    throw new PlatformError(`${publicUrl(url)} cannot be reached: ${HINTS[faultOf(error)]}`, { cause: error });
  } finally {
    await agent.destroy();
  }
}

/** A URL without what may be secret in it: user info, query, fragment. */
export function publicUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname === '/' ? '' : pathname}`;
}
