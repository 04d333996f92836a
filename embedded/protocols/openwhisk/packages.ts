import { NAMESPACE } from '../../activations/parts.js';
import { PAYLOAD_LIMIT_BYTES, readJsonObject } from './body.js';
import { checkKind, type Entities, type PackageEntity } from './entities.js';
import { answerJson, ApiError, methodNotAllowed, NOT_FOUND, Rejection, type Exchange } from './exchange.js';
import type { OpenwhiskFace } from './face.js';
import { checkedName, checkNamespace } from './names.js';
import { parametersIn, valueOf, type Parameter } from './parameters.js';
import { booleanIn, pageOf } from './query.js';
import { isBinding, packageAt, resolvePackage } from './resolve.js';
import { nextVersion } from './version.js';

/** Lists, shows, creates, changes and deletes packages and bindings of packages. */
export async function packageRoutes(face: OpenwhiskFace, exchange: Exchange, names: readonly string[]): Promise<void> {
  const { entities } = face;
  const { method, query } = exchange;
  const name = names.join('/').replace(/\/$/, '');
  if (name === '') {
    if (method !== 'GET') throw methodNotAllowed('GET');
    const { page, count } = pageOf(query, 'packages', [...entities.packages.all.values()]);
    // No binding is false here, and {} elsewhere, as in the real system.
    const rows = page.map(({ parameters: _parameters, ...row }) => (isBinding(row) ? row : { ...row, binding: false }));
    return answerJson(exchange, 200, JSON.stringify(count === null ? rows : { packages: count }));
  }
  if (names.length > 1 && names[1] !== '') throw new Rejection(404, NOT_FOUND);
  if (method === 'PUT') return putPackage(entities, exchange, name);
  if (method === 'GET') return answerJson(exchange, 200, JSON.stringify(shown(entities, name)));
  if (method !== 'DELETE') throw methodNotAllowed('DELETE, GET, PUT');
  return deletePackage(face, exchange, name);
}

/**
 * A package with its actions. A binding is shown as itself, with its package's actions, and with that one's parameters under
 * its own.
 * @see https://github.com/apache/openwhisk/blob/master/core/controller/src/main/scala/org/apache/openwhisk/core/controller/Packages.scala mergePackageWithBinding
 */
function shown(entities: Entities, name: string): unknown {
  const { named, provider, parameters } = resolvePackage(entities, name);
  const rows = pathsIn(entities, provider.name).map((path) => {
    const { annotations, name: action, version } = entities.actions.all.get(path)!.entity;
    return { annotations, name: action, version };
  });
  // Actions that make a trigger's events are shown apart.
  const isFeed = (row: { annotations: Parameter[] }): boolean => valueOf(row.annotations, 'feed') !== undefined;
  const { annotations, binding, name: own, namespace, publish, updated, version } = named;
  const [actions, feeds] = [rows.filter((row) => !isFeed(row)), rows.filter(isFeed)];
  return { actions, annotations, binding, feeds, name: own, namespace, parameters, publish, updated, version };
}

/** With `force=true` its actions are deleted first. @throws ApiError 404, or 409 if there are actions in it */
async function deletePackage({ entities, platform }: OpenwhiskFace, exchange: Exchange, name: string): Promise<void> {
  const entity = packageAt(entities, name);
  const paths = isBinding(entity) ? [] : pathsIn(entities, name);
  if (paths.length > 0 && !booleanIn(exchange.query, 'force', false)) {
    const many = paths.length === 1 ? '1 entity' : `${paths.length} entities`;
    throw new ApiError(409, `Package not empty (contains ${many}). Set force param or delete package contents.`);
  }
  for (const path of paths) {
    const { fn } = entities.actions.all.get(path)!;
    await entities.actions.delete(path);
    if (fn !== null) platform.retire(fn.key);
  }
  await entities.packages.delete(name);
  answerJson(exchange, 200, JSON.stringify(entity));
}

function pathsIn(entities: Entities, name: string): string[] {
  return [...entities.actions.all.keys()].filter((path) => path.startsWith(`${name}/`));
}

async function putPackage(entities: Entities, exchange: Exchange, name: string): Promise<void> {
  const overwrite = booleanIn(exchange.query, 'overwrite', false);
  if (name === 'default') throw new ApiError(400, `Package name 'default' is reserved.`);
  const { value } = await readJsonObject(exchange.request, PAYLOAD_LIMIT_BYTES);
  checkedName(name);
  const before = entities.packages.all.get(name);
  checkKind(entities, 'package', name);
  if (before !== undefined && !overwrite) throw new ApiError(409, 'resource already exists');
  const entity = packageOf(entities, name, value, before);
  await entities.packages.put(name, entity);
  answerJson(exchange, 200, JSON.stringify(entity));
}

function packageOf(
  entities: Entities,
  name: string,
  asked: Record<string, unknown>,
  before: PackageEntity | undefined,
): PackageEntity {
  const askedBinding = bindingIn(entities, asked['binding']);
  if (askedBinding !== null && before !== undefined && !isBinding(before)) {
    throw new ApiError(409, 'Resource is a package and cannot be converted into a binding.');
  }
  const binding = askedBinding ?? before?.binding ?? {};
  const isAsked = (field: string): boolean => asked[field] !== undefined || before === undefined;
  const own = isAsked('annotations') ? parametersIn(asked['annotations'], 'annotations') : before!.annotations;
  const annotations = own.filter(({ key }) => key !== 'binding');
  if (binding.name !== undefined) annotations.push({ key: 'binding', value: binding });
  return {
    annotations,
    binding,
    name,
    namespace: NAMESPACE,
    parameters: isAsked('parameters') ? parametersIn(asked['parameters'], 'parameters') : before!.parameters,
    publish: typeof asked['publish'] === 'boolean' ? asked['publish'] : (before?.publish ?? false),
    updated: Date.now(),
    version: nextVersion(asked['version'], before?.version),
  };
}

/** The binding that a PUT asks for; null = none. @throws ApiError 400, 403, 409 */
function bindingIn(entities: Entities, asked: unknown): { name: string; namespace: string } | null {
  if (typeof asked !== 'object' || asked === null || Object.keys(asked).length === 0) return null;
  const { name, namespace } = asked as Record<string, unknown>;
  if (typeof name !== 'string' || typeof namespace !== 'string') {
    throw new Rejection(400, 'The request content was malformed:\nbinding malformed!');
  }
  checkNamespace(namespace, [name]);
  const provider = entities.packages.all.get(name);
  if (provider === undefined) {
    if (entities.actions.all.has(name)) throw new ApiError(409, 'Cannot bind to a resource that is not a package.');
    throw new ApiError(400, 'Binding references a package that does not exist.');
  }
  if (isBinding(provider)) throw new ApiError(400, 'Cannot bind to another package binding.');
  return { name, namespace: NAMESPACE };
}
