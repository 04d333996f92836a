import { NAMESPACE } from '../../activations/parts.js';
import type { Entities, PackageEntity, StoredAction } from './entities.js';
import { checkKind } from './entities.js';
import { ApiError, NOT_FOUND } from './exchange.js';
import { inherited, type Parameter } from './parameters.js';

/** An action as it is to be invoked. */
export interface ResolvedAction extends StoredAction {
  /** where it really lies: `pkg/hello`, also when it was called by a binding of `pkg` */
  path: string;
  /** the package's, under the binding's, under its own */
  parameters: readonly Parameter[];
  /** the binding by which it was called: `guest/bound` */
  binding: string | null;
}

/** Finds an action by its path, through a package binding where that is one. @throws ApiError 404, 409 */
export function resolveAction(entities: Entities, path: string): ResolvedAction {
  const slash = path.lastIndexOf('/');
  if (slash < 0) {
    const action = actionAt(entities, path);
    return { ...action, path, parameters: action.entity.parameters, binding: null };
  }
  const name = path.slice(0, slash);
  const { provider, parameters, bound } = resolvePackage(entities, name);
  const real = `${provider.name}/${path.slice(slash + 1)}`;
  const action = actionAt(entities, real);
  return {
    ...action,
    path: real,
    parameters: inherited(parameters, action.entity.parameters),
    binding: bound ? `${NAMESPACE}/${name}` : null,
  };
}

function actionAt(entities: Entities, path: string): StoredAction {
  const action = entities.actions.all.get(path);
  if (action !== undefined) return action;
  checkKind(entities, 'action', path);
  throw new ApiError(404, NOT_FOUND);
}

export interface ResolvedPackage {
  /** what was named, a package or a binding */
  named: PackageEntity;
  /** the package that has the actions */
  provider: PackageEntity;
  /** its parameters, under those of the binding */
  parameters: Parameter[];
  /** what was named is a binding */
  bound: boolean;
}

/** Finds a package, or the one that a binding stands for. @throws ApiError 404, 409 */
export function resolvePackage(entities: Entities, name: string): ResolvedPackage {
  const named = packageAt(entities, name);
  if (!isBinding(named)) return { named, provider: named, parameters: named.parameters, bound: false };
  const provider = packageAt(entities, named.binding.name!);
  return { named, provider, parameters: inherited(provider.parameters, named.parameters), bound: true };
}

/** A package or binding by its own name. @throws ApiError 404, 409 */
export function packageAt(entities: Entities, name: string): PackageEntity {
  const found = entities.packages.all.get(name);
  if (found !== undefined) return found;
  checkKind(entities, 'package', name);
  throw new ApiError(404, NOT_FOUND);
}

export function isBinding({ binding }: Pick<PackageEntity, 'binding'>): boolean {
  return binding.name !== undefined;
}
