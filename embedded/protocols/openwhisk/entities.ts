import { join } from 'node:path';
import { openJournal } from '../../activations/journal.js';
import type { PlatformFunction } from '../../functions.js';
import { functionOf, type ActionEntity, type Surroundings } from './action-entity.js';
import { ApiError } from './exchange.js';
import type { Parameter } from './parameters.js';

/** What all entities have. */
interface Entity {
  annotations: Parameter[];
  name: string;
  namespace: string;
  publish: boolean;
  updated: number;
  version: string;
}

/** A package: a name for actions that belong together, with parameters for all of them; or a binding, another name for one. */
export interface PackageEntity extends Entity {
  binding: { namespace: string; name: string } | Record<string, never>;
  parameters: Parameter[];
}

/** What can be fired. */
export interface TriggerEntity extends Entity {
  parameters: Parameter[];
}

/** Which action a trigger invokes; both by path. */
export interface RuleEntity extends Entity {
  trigger: string;
  action: string;
  status: 'active' | 'inactive';
}

export interface StoredAction {
  entity: ActionEntity;
  /** null of a sequence, which executes nothing by itself */
  fn: PlatformFunction | null;
}

/** Entities of one kind by path: `hello`, `pkg/hello`. The newest is the last. */
export interface Collection<Kept> {
  readonly all: ReadonlyMap<string, Kept>;
  put(path: string, entity: Kept): Promise<void>;
  delete(path: string): Promise<void>;
}

/** The entities of the namespace. */
export interface Entities {
  actions: Collection<StoredAction>;
  packages: Collection<PackageEntity>;
  triggers: Collection<TriggerEntity>;
  rules: Collection<RuleEntity>;
  close(): Promise<void>;
}

export type Kind = 'action' | 'package' | 'trigger' | 'rule';

interface Change {
  of: Kind;
  path: string;
  /** null = deleted */
  entity: unknown;
}

/** Opens the entities of a state folder. */
export async function openEntities(folder: string, surroundings: Surroundings): Promise<Entities> {
  const kept: Record<Kind, Map<string, unknown>> = {
    action: new Map(),
    package: new Map(),
    trigger: new Map(),
    rule: new Map(),
  };
  const journal = await openJournal(join(folder, 'openwhisk.ndjson'), (line) => {
    const { of, path, entity } = JSON.parse(line) as Change;
    // Deleted first, so that the newest entity is the last: lists show it first.
    kept[of].delete(path);
    if (entity !== null) kept[of].set(path, entity);
  });

  function collection<Kept, Written>(
    of: Kind,
    read: (path: string, written: Written) => Kept,
    written: (entity: Kept) => Written,
  ): Collection<Kept> {
    const all = new Map<string, Kept>();
    for (const [path, entity] of kept[of]) all.set(path, read(path, entity as Written));
    const note = async (path: string, entity: unknown): Promise<void> => {
      await journal.append(`${JSON.stringify({ of, path, entity } satisfies Change)}\n`);
    };
    return {
      all,
      async put(path, entity) {
        all.delete(path);
        all.set(path, entity);
        await note(path, written(entity));
      },
      async delete(path) {
        all.delete(path);
        await note(path, null);
      },
    };
  }
  const asItIs = <Kept>(of: Kind): Collection<Kept> =>
    collection<Kept, Kept>(
      of,
      (_path, entity) => entity,
      (entity) => entity,
    );

  return {
    actions: collection<StoredAction, ActionEntity>(
      'action',
      (path, entity) => ({ entity, fn: functionOf(path, entity, surroundings) }),
      ({ entity }) => entity,
    ),
    packages: asItIs('package'),
    triggers: asItIs('trigger'),
    rules: asItIs('rule'),
    close: () => journal.close(),
  };
}

/**
 * Entities of all kinds share their names.
 * @throws ApiError 409 if this one is taken by an entity of another kind
 */
export function checkKind(entities: Entities, kind: Kind, path: string): void {
  const all = {
    action: entities.actions,
    package: entities.packages,
    trigger: entities.triggers,
    rule: entities.rules,
  };
  for (const [other, { all: taken }] of Object.entries(all)) {
    if (other !== kind && taken.has(path)) {
      throw new ApiError(409, 'Resource by this name exists but is not in this collection.');
    }
  }
}
