import { NAMESPACE } from '../../activations/parts.js';
import { ApiError, Rejection } from './exchange.js';

/** @see https://github.com/apache/openwhisk/blob/master/docs/reference.md#openwhisk-entities */
const ENTITY_NAME = /^\w(?:[\w@ .-]{0,254}[\w@.-])?$/;

/** @throws Rejection 400 */
export function checkedName(name: string): string {
  if (ENTITY_NAME.test(name)) return name;
  throw new Rejection(400, 'The request content was malformed:\nThe name of the entity contains illegal characters.');
}

/**
 * The path of an entity that another one refers to: `hello` of `/_/hello`, `pkg/hello` of `/guest/pkg/hello`.
 * @throws Rejection 400 if it is no qualified name, ApiError 403 for a namespace of others
 */
export function qualifiedPath(name: unknown): string {
  const segments = typeof name === 'string' ? name.replace(/^\//, '').split('/') : [];
  const [namespace, ...path] = segments;
  if (path.length < 1 || path.length > 2) {
    throw new Rejection(
      400,
      'The request content was malformed:\nThe fully qualified name of the entity must contain at least the namespace and the name of the entity.',
    );
  }
  checkNamespace(namespace!, path);
  return path.map(checkedName).join('/');
}

/** @throws ApiError 403 for a namespace of others, which this platform does not have */
export function checkNamespace(namespace: string, path: readonly string[]): void {
  if (namespace === '_' || namespace === NAMESPACE) return;
  const resource = [namespace, ...path].join('/');
  throw new ApiError(403, `The supplied authentication is not authorized to access '${resource}'.`);
}

/** `/guest/pkg/hello` of `pkg/hello`. */
export function qualifiedName(path: string): string {
  return `/${NAMESPACE}/${path}`;
}
