import { UnzipError } from '../../execution/unzip.js';
import { actionEntityOf, functionOf, type ActionEntity } from './action-entity.js';
import { ENTITY_LIMIT_BYTES, readJsonObject } from './body.js';
import { answerJson, ApiError, NOT_FOUND, Rejection, type Exchange } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { actionAt } from './invoke.js';
import { booleanIn, pageIn } from './query.js';

/** @see https://github.com/apache/openwhisk/blob/master/docs/reference.md#openwhisk-entities */
const ENTITY_NAME = /^[\w][\w@ .-]{0,255}$/;

/** Lists, shows, creates, changes and deletes actions; invoking has a file of its own. */
export async function actionRoutes(face: OpenwhiskFace, exchange: Exchange, names: readonly string[]): Promise<void> {
  const { method } = exchange.request;
  const path = names.join('/');
  if (path === '' || path.endsWith('/')) {
    if (method !== 'GET') throw methodNotAllowed('GET');
    return answerJson(exchange, 200, JSON.stringify(listing(face, exchange, path.slice(0, -1))));
  }
  if (method === 'PUT') return putAction(face, exchange, path);
  if (method === 'GET' || method === 'HEAD') {
    const { entity } = actionAt(face, path);
    const withCode = booleanIn(exchange.query, 'code', true);
    return answerJson(exchange, 200, JSON.stringify(withCode ? entity : withoutCode(entity)));
  }
  if (method === 'DELETE') {
    const { entity, fn } = actionAt(face, path);
    await face.entities.deleteAction(path);
    face.platform.retire(fn.key);
    return answerJson(exchange, 200, JSON.stringify(entity));
  }
  throw methodNotAllowed('DELETE, GET, POST, PUT');
}

async function putAction({ entities, platform }: OpenwhiskFace, exchange: Exchange, path: string): Promise<void> {
  const overwrite = booleanIn(exchange.query, 'overwrite', false);
  const { value } = await readJsonObject(exchange.request, ENTITY_LIMIT_BYTES);
  const parts = path.split('/');
  if (parts.length > 2 || !parts.every((part) => ENTITY_NAME.test(part))) {
    throw new Rejection(400, 'The request content was malformed:\nThe name of the entity contains illegal characters.');
  }
  if (parts.length === 2 && !entities.packages.has(parts[0]!)) throw new ApiError(404, NOT_FOUND);
  const before = entities.actions.get(path);
  const entity = actionEntityOf(path, value, before?.entity, platform.runtimes);
  if (before !== undefined && !overwrite) throw new ApiError(409, 'resource already exists');
  const fn = functionOf(path, entity);
  try {
    platform.prepare(fn);
  } catch (error) {
    if (!(error instanceof UnzipError)) throw error;
    throw new Rejection(
      400,
      `The request content was malformed:\nthe archive in 'code' cannot be used: ${error.message}`,
    );
  }
  await entities.putAction(path, { entity, fn });
  if (before !== undefined) platform.retire(before.fn.key);
  answerJson(exchange, 200, JSON.stringify(entity));
}

/** The newest first, as the real system lists them. */
function listing(
  { entities }: OpenwhiskFace,
  { query }: Exchange,
  packageName: string,
): unknown[] | { actions: number } {
  const { limit, skip } = pageIn(query, 'actions');
  const all = [...entities.actions.entries()]
    .filter(([path]) => packageName === '' || path.startsWith(`${packageName}/`))
    .toReversed()
    .slice(skip);
  if (booleanIn(query, 'count', false)) return { actions: all.length };
  return all.slice(0, limit).map(([, { entity }]) => {
    const { annotations, exec, limits, name, namespace, publish, updated, version } = entity;
    return { annotations, exec: { binary: exec.binary }, limits, name, namespace, publish, updated, version };
  });
}

function withoutCode(entity: ActionEntity): unknown {
  const { code: _code, ...exec } = entity.exec;
  return { ...entity, exec };
}

export function methodNotAllowed(allowed: string): Rejection {
  return new Rejection(405, `HTTP method not allowed, supported methods: ${allowed}`, { Allow: allowed });
}
