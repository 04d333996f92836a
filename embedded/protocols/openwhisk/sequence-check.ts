import type { Entities } from './entities.js';
import { ApiError } from './exchange.js';
import { isSequence } from './exec.js';
import { qualifiedPath } from './names.js';
import { resolveAction } from './resolve.js';

/** Most actions that one call of a sequence may execute, those of sequences in it counted one by one. */
export const SEQUENCE_LIMIT = 50;
export const TOO_LONG = 'Too many actions in the sequence.';
export const COMPONENT_MISSING = 'Sequence component does not exist.';

/**
 * Checks the components of a sequence that is to be kept.
 * @param path the sequence's own
 * @throws ApiError 400 if there is none, one is missing, they are too many, or one leads back to the sequence
 */
export function checkSequence(entities: Entities, path: string, components: readonly string[]): void {
  if (components.length === 0) throw new ApiError(400, 'No component specified for the sequence.');
  if (countActions(entities, path, components) > SEQUENCE_LIMIT) throw new ApiError(400, TOO_LONG);
}

function countActions(entities: Entities, sequence: string, components: readonly string[]): number {
  if (components.length > SEQUENCE_LIMIT) throw new ApiError(400, TOO_LONG);
  let count = 0;
  for (const component of components) {
    const { entity, path } = componentAt(entities, component);
    if (path === sequence) throw new ApiError(400, 'Sequence may not refer to itself.');
    count += isSequence(entity.exec) ? countActions(entities, sequence, entity.exec.components) : 1;
    if (count > SEQUENCE_LIMIT) throw new ApiError(400, TOO_LONG);
  }
  return count;
}

function componentAt(entities: Entities, component: string): ReturnType<typeof resolveAction> {
  try {
    return resolveAction(entities, qualifiedPath(component));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) throw new ApiError(400, COMPONENT_MISSING);
    throw error;
  }
}
