import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { messageOf } from '../../../common/errors.js';
import type { Platform } from '../../platform.js';
import type { Keys } from '../../state.js';
import { databaseRoutes } from './database.js';
import { answerJson, beginExchange, CouchError, type Exchange } from './exchange.js';

/** The reads of CouchDB's API over the activations. */
export function couchdbFace({ activations, settings }: Platform, keys: Keys): RequestListener {
  const isAuthorized = passwordCheck(keys);
  const startTime = String(Math.floor(Date.now() / 1000));

  async function route(exchange: Exchange): Promise<void> {
    const { request, response, segments } = exchange;
    const [first, ...rest] = segments;
    const authorized = isAuthorized(request.headers.authorization);
    if (first === '') return answerJson(response, 200, WELCOME);
    if (first === '_up') return answerJson(response, 200, { status: 'ok', seeds: {} });
    if (!authorized) throw new CouchError(401, 'unauthorized', 'You are not authorized to access this db.');
    if (first === '_all_dbs') return answerJson(response, 200, [settings.database]);
    if (first !== settings.database) throw new CouchError(404, 'not_found', 'Database does not exist.');
    return databaseRoutes({ name: settings.database, store: activations, startTime }, exchange, rest);
  }

  return (request, response) => {
    new Promise<void>((resolve) => resolve(route(beginExchange(request, response)))).catch((error: unknown) => {
      const fault = error instanceof CouchError ? error : new CouchError(500, 'internal_error', messageOf(error));
      if (response.headersSent) response.destroy();
      else answerJson(response, fault.status, { error: fault.error, reason: fault.reason });
    });
  };
}

const WELCOME = {
  couchdb: 'Welcome',
  version: '3.5.0',
  git_sha: 'faaslab',
  uuid: createHash('sha256').update('faaslab').digest('hex').slice(0, 32),
  features: [],
  vendor: { name: 'faaslab embedded platform, reads only' },
};

/** True with the right credentials, false without any. @throws CouchError 401 for wrong ones, whatever is asked */
function passwordCheck({ couchdbUser, couchdbPassword }: Keys): (authorization: string | undefined) => boolean {
  const expected = digest(`Basic ${Buffer.from(`${couchdbUser}:${couchdbPassword}`).toString('base64')}`);
  return (authorization) => {
    if (authorization === undefined) return false;
    if (timingSafeEqual(digest(authorization), expected)) return true;
    throw new CouchError(401, 'unauthorized', 'Name or password is incorrect.');
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
