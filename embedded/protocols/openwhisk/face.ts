import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { messageOf } from '../../../common/errors.js';
import { NAMESPACE } from '../../activations/parts.js';
import { createThrottle, type Throttle } from '../../execution/limits.js';
import type { Platform } from '../../platform.js';
import type { State } from '../../state.js';
import type { Surroundings } from './action-entity.js';
import { actionRoutes } from './actions.js';
import { activationRoutes } from './activations.js';
import { openEntities, type Entities } from './entities.js';
import {
  answerFault,
  answerJson,
  answerOk,
  ApiError,
  beginExchange,
  methodNotAllowed,
  NO_CREDENTIALS,
  NOT_FOUND,
  Rejection,
  type Exchange,
} from './exchange.js';
import { invokeAction } from './invoke.js';
import { checkNamespace } from './names.js';
import { answerApiInformation, answerPing, answerRoot, limitsAnswer } from './namespace.js';
import { packageRoutes } from './packages.js';
import { ruleRoutes } from './rules.js';
import { triggerRoutes } from './triggers.js';
import { answerWebAction } from './web.js';

/** What the handlers of this face share. */
export interface OpenwhiskFace {
  platform: Platform;
  entities: Entities;
  surroundings: Surroundings;
  /** limits how often triggers are fired, which is counted apart */
  fires: Throttle;
  /** whether a request carries the key */
  isAuthorized(request: IncomingMessage): boolean;
}

export interface OpenFace {
  listener: RequestListener;
  /** Tells it the address at which it is reached, which functions are told. */
  listensAt(apiHost: string): void;
  close(): Promise<void>;
}

/** OpenWhisk's REST API over the platform. */
export async function openOpenwhisk(platform: Platform, state: State): Promise<OpenFace> {
  const surroundings: Surroundings = { apiHost: '', apiKey: state.keys.openwhisk };
  const face: OpenwhiskFace = {
    platform,
    entities: await openEntities(state.folder, surroundings),
    surroundings,
    fires: createThrottle({ ...platform.settings.limits, concurrentInvocations: null }),
    isAuthorized: keyCheck(state.keys.openwhisk),
  };
  return {
    listener(request, response) {
      const exchange = beginExchange(request, response);
      route(face, exchange).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else answerFault(exchange, asApiError(error));
      });
    },
    listensAt: (apiHost) => void (surroundings.apiHost = apiHost),
    close: () => face.entities.close(),
  };
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(500, `There was an internal error: ${messageOf(error)}`);
}

async function route(face: OpenwhiskFace, exchange: Exchange): Promise<void> {
  const [first, version, kind, ...rest] = exchange.segments;
  if (kind === 'web' && first === 'api' && version === 'v1') return answerWebAction(face, exchange, rest);
  if (exchange.method === 'OPTIONS') return answerOk(exchange);
  if (first === '' && version === undefined) return answerRoot(face, exchange);
  if (first === 'ping') return answerPing(exchange);
  if (first !== 'api' || version !== 'v1') throw new Rejection(404, NOT_FOUND);
  if (kind === undefined || kind === '') return answerApiInformation(exchange);
  authorize(face, exchange.request);
  if (kind !== 'namespaces') throw new ApiError(404, NOT_FOUND);
  const [namespace, collection, ...names] = rest;
  if (namespace === undefined || namespace === '') {
    if (exchange.method !== 'GET') throw methodNotAllowed('GET');
    return answerJson(exchange, 200, JSON.stringify([NAMESPACE]));
  }
  checkNamespace(namespace, names);
  switch (collection) {
    case 'actions':
      if (exchange.method === 'POST' && names.length > 0) return invokeAction(face, exchange, names.join('/'));
      return actionRoutes(face, exchange, names);
    case 'activations':
      return activationRoutes(face, exchange, names);
    case 'packages':
      return packageRoutes(face, exchange, names);
    case 'triggers':
      return triggerRoutes(face, exchange, names);
    case 'rules':
      return ruleRoutes(face, exchange, names);
    case 'limits':
      if (exchange.method !== 'GET') throw methodNotAllowed('GET');
      return answerJson(exchange, 200, JSON.stringify(limitsAnswer(face.platform.settings)));
    default:
      throw new ApiError(404, NOT_FOUND);
  }
}

const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="OpenWhisk secure realm",charset=UTF-8' } as const;

/** @throws Rejection 401 */
function authorize(face: OpenwhiskFace, request: IncomingMessage): void {
  if (request.headers.authorization === undefined) throw new Rejection(401, NO_CREDENTIALS, CHALLENGE);
  if (!face.isAuthorized(request)) {
    throw new Rejection(401, 'The supplied authentication is invalid', CHALLENGE);
  }
}

/** Lets the key pass, in constant time. */
function keyCheck(key: string): OpenwhiskFace['isAuthorized'] {
  const expected = digest(`Basic ${Buffer.from(key).toString('base64')}`);
  let passed = '';
  return ({ headers: { authorization } }) => {
    // A header equal to the one that passed needs no digest, and every request of a client carries the same.
    if (authorization === undefined) return false;
    if (authorization === passed) return true;
    if (!timingSafeEqual(digest(authorization), expected)) return false;
    passed = authorization;
    return true;
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
