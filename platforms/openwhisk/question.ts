import { PlatformError } from '../../common/errors.js';
import type { OpenWhiskAccess } from '../access.js';
import { oneRequest, type OneAnswer } from '../http/one-request.js';

/** Where preflight asks. */
export interface Question {
  access: OpenWhiskAccess;
  insecure: boolean;
}

/**
 * Asks OpenWhisk's API one thing.
 * @param path from `/api/v1` on
 * @throws PlatformError if nothing answers, or the key is not accepted
 */
export async function ask({ access, insecure }: Question, path: string): Promise<OneAnswer> {
  const authorization = `Basic ${Buffer.from(access.auth).toString('base64')}`;
  const answer = await oneRequest({ url: `${access.apiHost}${path}`, headers: { authorization }, insecure });
  if (answer.status === 401) {
    throw new PlatformError(`${access.apiHost} does not accept the key: check WHISK_AUTH (or AUTH in .wskprops)`);
  }
  return answer;
}

/** The JSON of an answer; undefined where it holds none. */
export function parsed({ body }: OneAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
