import { NAMESPACE } from '../../activations/document.js';
import { methodNotAllowed } from './actions.js';
import { PAYLOAD_LIMIT_BYTES, readJsonObject } from './body.js';
import type { PackageEntity } from './entities.js';
import { answerJson, ApiError, NOT_FOUND, type Exchange } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { parametersIn } from './parameters.js';
import { booleanIn, pageIn } from './query.js';

/** Lists, shows, creates, changes and deletes packages. */
export async function packageRoutes(face: OpenwhiskFace, exchange: Exchange, names: readonly string[]): Promise<void> {
  const { entities } = face;
  const { request, query } = exchange;
  const name = names.join('/');
  if (name === '') {
    if (request.method !== 'GET') throw methodNotAllowed('GET');
    const { limit, skip } = pageIn(query, 'packages');
    const page = [...entities.packages.values()].toReversed().slice(skip, skip + limit);
    const rows = page.map(({ parameters: _parameters, ...row }) => row);
    return answerJson(exchange, 200, JSON.stringify(rows));
  }
  if (request.method === 'PUT') return putPackage(face, exchange, name);
  const entity = entities.packages.get(name);
  if (entity === undefined) throw new ApiError(404, NOT_FOUND);
  const paths = [...entities.actions.keys()].filter((path) => path.startsWith(`${name}/`));
  if (request.method === 'GET') {
    const actions = paths.map((path) => {
      const { annotations, name, version } = entities.actions.get(path)!.entity;
      return { annotations, name, version };
    });
    return answerJson(exchange, 200, JSON.stringify({ ...entity, actions, feeds: [] }));
  }
  if (request.method !== 'DELETE') throw methodNotAllowed('DELETE, GET, PUT');
  if (paths.length > 0) {
    const many = paths.length === 1 ? '1 entity' : `${paths.length} entities`;
    throw new ApiError(409, `Package not empty (contains ${many}). Set force param or delete package contents.`);
  }
  await entities.deletePackage(name);
  answerJson(exchange, 200, JSON.stringify(entity));
}

async function putPackage({ entities }: OpenwhiskFace, exchange: Exchange, name: string): Promise<void> {
  const overwrite = booleanIn(exchange.query, 'overwrite', false);
  const { value } = await readJsonObject(exchange.request, PAYLOAD_LIMIT_BYTES);
  if (!/^[\w][\w@ .-]{0,255}$/.test(name))
    throw new ApiError(400, 'The name of the entity contains illegal characters.');
  const before = entities.packages.get(name);
  if (before !== undefined && !overwrite) throw new ApiError(409, 'resource already exists');
  if (value['binding'] !== undefined && Object.keys(value['binding'] as object).length > 0) {
    throw new ApiError(400, 'This platform has no package bindings.');
  }
  const patch = Number(before?.version.split('.')[2] ?? 0) + 1;
  const entity: PackageEntity = {
    annotations: parametersIn(value['annotations'], 'annotations'),
    binding: {},
    name,
    namespace: NAMESPACE,
    parameters: parametersIn(value['parameters'], 'parameters'),
    publish: value['publish'] === true,
    updated: Date.now(),
    version: `0.0.${patch}`,
  };
  await entities.putPackage(name, entity);
  answerJson(exchange, 200, JSON.stringify(entity));
}
