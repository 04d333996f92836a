import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { messageOf } from '../../../common/errors.js';
import type { Platform } from '../../platform.js';
import type { Keys } from '../../keys.js';
import { databaseRoutes } from './database.js';
import { answerJson, beginExchange, CouchError, type Exchange } from './exchange.js';
import { checkMethod } from './methods.js';
import { createSessions } from './session.js';

/** The reads of CouchDB's API over the activations. */
export function couchdbFace({ activations, settings }: Platform, keys: Keys): RequestListener {
  const sessions = createSessions({ name: keys.couchdbUser, password: keys.couchdbPassword });
  const startTime = String(Math.floor(Date.now() / 1000));

  async function route(exchange: Exchange): Promise<void> {
    const { method, response, segments } = exchange;
    const [first, ...rest] = segments;
    if (first === '_session') return sessions.answer(exchange);
    const authorized = sessions.isAuthorized(exchange);
    if (first === '' || first === '_up' || first === '_all_dbs') checkMethod(method, 'GET,HEAD');
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
      else answerJson(response, fault.status, { error: fault.error, reason: fault.reason }, fault.headers);
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
