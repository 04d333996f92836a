import { randomBytes, timingSafeEqual } from 'node:crypto';
import { answerJson, CouchError, readBytes, type Exchange } from './exchange.js';
import { checkMethod } from './methods.js';

/** Who may read, by password or by the cookie that `POST /_session` gives for it. */
export interface Sessions {
  /** true with the right credentials, false without any. @throws CouchError 401 for wrong ones, whatever is asked */
  isAuthorized(exchange: Exchange): boolean;
  /** `/_session`: who one is, and to become it by name and password */
  answer(exchange: Exchange): Promise<void>;
}

const COOKIE = 'AuthSession';

/** @param user name and password */
export function createSessions(user: { name: string; password: string }): Sessions {
  const expected = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
  // One for all: it is worth what the password is, as long as this platform runs.
  const token = randomBytes(32).toString('base64url');

  function isAuthorized({ request: { headers } }: Exchange): boolean {
    if (headers.authorization !== undefined) {
      if (isSame(headers.authorization, expected)) return true;
      throw new CouchError(401, 'unauthorized', 'Name or password is incorrect.');
    }
    const cookie = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]+)`).exec(headers.cookie ?? '')?.[1];
    return cookie !== undefined && isSame(cookie, token);
  }

  async function answer(exchange: Exchange): Promise<void> {
    const { response, method } = exchange;
    checkMethod(method, 'GET,HEAD,POST,DELETE');
    if (method === 'DELETE') return answerJson(response, 200, { ok: true }, cookieOf('', 0));
    if (method === 'POST') {
      const { name, password } = await credentialsIn(exchange);
      if (!isSame(name, user.name) || !isSame(password, user.password)) {
        throw new CouchError(401, 'unauthorized', 'Name or password is incorrect.');
      }
      return answerJson(response, 200, { ok: true, name, roles: ['_admin'] }, cookieOf(token, 600));
    }
    const known = isAuthorized(exchange);
    const by = exchange.request.headers.authorization === undefined ? 'cookie' : 'default';
    answerJson(response, 200, {
      ok: true,
      userCtx: { name: known ? user.name : null, roles: known ? ['_admin'] : [] },
      info: { authentication_handlers: ['cookie', 'default'], ...(known ? { authenticated: by } : {}) },
    });
  }

  return { isAuthorized, answer };
}

function cookieOf(value: string, seconds: number): Record<string, string> {
  return { 'Set-Cookie': `${COOKIE}=${value}; Version=1; Max-Age=${seconds}; Path=/; HttpOnly` };
}

/** Name and password of a form, or of JSON. */
async function credentialsIn(exchange: Exchange): Promise<{ name: string; password: string }> {
  const text = (await readBytes(exchange.request)).toString('utf8');
  let fields: unknown;
  try {
    const isForm = /^application\/x-www-form-urlencoded\b/i.test(exchange.request.headers['content-type'] ?? '');
    fields = isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
  } catch {
    throw new CouchError(400, 'bad_request', 'invalid UTF-8 JSON');
  }
  const { name, password } = (fields ?? {}) as Record<string, unknown>;
  return { name: String(name), password: String(password) };
}

/** Compares in a time that does not tell how much is right. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
