import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { messageOf } from '../../../common/errors.js';
import { NAMESPACE } from '../../activations/document.js';
import type { Platform } from '../../platform.js';
import type { State } from '../../state.js';
import { actionRoutes } from './actions.js';
import { activationRoutes } from './activations.js';
import { openEntities, type Entities } from './entities.js';
import { answerFault, answerJson, ApiError, beginExchange, NOT_FOUND, Rejection, type Exchange } from './exchange.js';
import { invokeAction } from './invoke.js';
import { answerApiInformation, answerPing, answerRoot, limitsAnswer } from './namespace.js';
import { packageRoutes } from './packages.js';
import { answerWebAction } from './web.js';

/** What the handlers of this face share. */
export interface OpenwhiskFace {
  platform: Platform;
  entities: Entities;
}

export interface OpenFace {
  listener: RequestListener;
  close(): Promise<void>;
}

/** OpenWhisk's REST API over the platform. */
export async function openOpenwhisk(platform: Platform, state: State): Promise<OpenFace> {
  const face: OpenwhiskFace = { platform, entities: await openEntities(state.folder) };
  const isAuthorized = keyCheck(state.keys.openwhisk);
  return {
    listener(request, response) {
      const exchange = beginExchange(request, response);
      route(face, exchange, isAuthorized).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else answerFault(exchange, asApiError(error));
      });
    },
    close: () => face.entities.close(),
  };
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(500, `There was an internal error: ${messageOf(error)}`);
}

async function route(face: OpenwhiskFace, exchange: Exchange, authorize: Authorize): Promise<void> {
  const [first, version, kind, ...rest] = exchange.segments;
  if (exchange.request.method === 'OPTIONS') return answerJson(exchange, 200, '');
  if (first === '' && version === undefined) return answerRoot(face, exchange);
  if (first === 'ping') return answerPing(exchange);
  if (first !== 'api' || version !== 'v1') throw new Rejection(404, NOT_FOUND);
  if (kind === undefined || kind === '') return answerApiInformation(exchange);
  if (kind === 'web') return answerWebAction(face, exchange, rest);
  authorize(exchange.request);
  if (kind !== 'namespaces') throw new ApiError(404, NOT_FOUND);
  const [namespace, collection, ...names] = rest;
  if (namespace === undefined || namespace === '') return answerJson(exchange, 200, JSON.stringify([NAMESPACE]));
  if (namespace !== '_' && namespace !== NAMESPACE) {
    const resource = [namespace, ...names].join('/');
    throw new ApiError(403, `The supplied authentication is not authorized to access '${resource}'.`);
  }
  switch (collection) {
    case 'actions':
      if (exchange.request.method === 'POST' && names.length > 0) return invokeAction(face, exchange, names.join('/'));
      return actionRoutes(face, exchange, names);
    case 'activations':
      return activationRoutes(face, exchange, names);
    case 'packages':
      return packageRoutes(face, exchange, names);
    case 'limits':
      return answerJson(exchange, 200, JSON.stringify(limitsAnswer(face.platform.settings)));
    case 'triggers':
    case 'rules':
      if (exchange.request.method === 'GET' && names.length === 0) return answerJson(exchange, 200, '[]');
      throw new ApiError(404, NOT_FOUND);
    default:
      throw new ApiError(404, NOT_FOUND);
  }
}

type Authorize = (request: IncomingMessage) => void;

const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="OpenWhisk secure realm",charset=UTF-8' } as const;

/** Lets the key pass, in constant time. */
function keyCheck(key: string): Authorize {
  const expected = digest(`Basic ${Buffer.from(key).toString('base64')}`);
  let passed = '';
  return ({ headers: { authorization } }) => {
    // A header equal to the one that passed needs no digest, and every request of a client carries the same.
    if (authorization !== undefined && authorization === passed) return;
    if (authorization === undefined) {
      throw new Rejection(
        401,
        'The resource requires authentication, which was not supplied with the request',
        CHALLENGE,
      );
    }
    if (!timingSafeEqual(digest(authorization), expected)) {
      throw new Rejection(401, 'The supplied authentication is invalid', CHALLENGE);
    }
    passed = authorization;
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
