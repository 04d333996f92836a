import { UnzipError } from '../../execution/unzip.js';
import { actionEntityOf, functionOf, type ActionEntity } from './action-entity.js';
import { ENTITY_LIMIT_BYTES, readJsonObject } from './body.js';
import { checkKind } from './entities.js';
import { answerJson, ApiError, methodNotAllowed, NOT_FOUND, Rejection, type Exchange } from './exchange.js';
import { isSequence } from './exec.js';
import type { OpenwhiskFace } from './face.js';
import { checkedName } from './names.js';
import { booleanIn, pageOf } from './query.js';
import { resolveAction, resolvePackage } from './resolve.js';
import { checkSequence } from './sequence-check.js';

/** Lists, shows, creates, changes and deletes actions; invoking has a file of its own. */
export async function actionRoutes(face: OpenwhiskFace, exchange: Exchange, names: readonly string[]): Promise<void> {
  const { method } = exchange;
  const path = names.join('/');
  if (path === '' || path.endsWith('/')) {
    if (method !== 'GET') throw methodNotAllowed('GET');
    return answerJson(exchange, 200, JSON.stringify(listing(face, exchange, path.slice(0, -1))));
  }
  if (names.length > 2) throw new Rejection(404, NOT_FOUND);
  if (method === 'PUT') return putAction(face, exchange, path);
  if (method === 'GET') {
    const { entity, parameters } = resolveAction(face.entities, path);
    const shown: ActionEntity = isSequence(entity.exec) ? entity : { ...entity, parameters: [...parameters] };
    const withCode = booleanIn(exchange.query, 'code', true);
    return answerJson(exchange, 200, JSON.stringify(withCode ? shown : withoutCode(shown)));
  }
  if (method === 'DELETE') {
    checkNotBound(face, path);
    const { entity, fn } = resolveAction(face.entities, path);
    await face.entities.actions.delete(path);
    if (fn !== null) face.platform.retire(fn.key);
    return answerJson(exchange, 200, JSON.stringify(entity));
  }
  throw methodNotAllowed('DELETE, GET, POST, PUT');
}

async function putAction(face: OpenwhiskFace, exchange: Exchange, path: string): Promise<void> {
  const { entities, platform, surroundings } = face;
  const overwrite = booleanIn(exchange.query, 'overwrite', false);
  const { value } = await readJsonObject(exchange.request, ENTITY_LIMIT_BYTES);
  path.split('/').forEach(checkedName);
  checkNotBound(face, path);
  const before = entities.actions.all.get(path);
  const entity = actionEntityOf(path, value, before?.entity, platform.runtimes);
  checkKind(entities, 'action', path);
  if (before !== undefined && !overwrite) throw new ApiError(409, 'resource already exists');
  if (isSequence(entity.exec)) checkSequence(entities, path, entity.exec.components);
  const fn = functionOf(path, entity, surroundings);
  try {
    if (fn !== null) platform.prepare(fn);
  } catch (error) {
    if (!(error instanceof UnzipError)) throw error;
    throw new Rejection(
      400,
      `The request content was malformed:\nthe archive in 'code' cannot be used: ${error.message}`,
    );
  }
  await entities.actions.put(path, { entity, fn });
  if (before?.fn) platform.retire(before.fn.key);
  answerJson(exchange, 200, JSON.stringify(entity));
}

/** Actions are changed where they really are. @throws ApiError 400 for a binding, 404 for no package */
function checkNotBound({ entities }: OpenwhiskFace, path: string): void {
  const [name, inPackage] = path.split('/');
  if (inPackage !== undefined && resolvePackage(entities, name!).bound) {
    throw new ApiError(400, 'Operation not permitted on package binding.');
  }
}

/** The newest first, as the real system lists them. Of a binding the actions of its package. */
function listing(
  { entities }: OpenwhiskFace,
  { query }: Exchange,
  packageName: string,
): unknown[] | { actions: number } {
  const folder = packageName === '' ? '' : `${resolvePackage(entities, packageName).provider.name}/`;
  const all = [...entities.actions.all.entries()].filter(([path]) => path.startsWith(folder));
  const { page, count } = pageOf(query, 'actions', all);
  if (count !== null) return { actions: count };
  return page.map(([, { entity }]) => {
    const { annotations, exec, limits, name, namespace, publish, updated, version } = entity;
    const binary = !isSequence(exec) && exec.binary;
    return { annotations, exec: { binary }, limits, name, namespace, publish, updated, version };
  });
}

function withoutCode(entity: ActionEntity): unknown {
  if (isSequence(entity.exec)) return entity;
  const { code: _code, ...exec } = entity.exec;
  return { ...entity, exec };
}
