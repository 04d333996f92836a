import { join } from 'node:path';
import { openJournal } from '../../activations/journal.js';
import type { PlatformFunction } from '../../functions.js';
import { functionOf } from './action-entity.js';
import type { ActionEntity } from './action-entity.js';
import type { Parameter } from './parameters.js';

/** A package: a name for actions that belong together, with parameters for all of them. */
export interface PackageEntity {
  annotations: Parameter[];
  binding: { namespace: string; name: string } | Record<string, never>;
  name: string;
  namespace: string;
  parameters: Parameter[];
  publish: boolean;
  updated: number;
  version: string;
}

export interface StoredAction {
  entity: ActionEntity;
  fn: PlatformFunction;
}

/** The entities of the namespace, by path: `hello`, `pkg/hello`. */
export interface Entities {
  readonly actions: ReadonlyMap<string, StoredAction>;
  readonly packages: ReadonlyMap<string, PackageEntity>;
  putAction(path: string, stored: StoredAction): Promise<void>;
  deleteAction(path: string): Promise<void>;
  putPackage(name: string, entity: PackageEntity): Promise<void>;
  deletePackage(name: string): Promise<void>;
  close(): Promise<void>;
}

interface Change {
  of: 'action' | 'package';
  path: string;
  /** null = deleted */
  entity: ActionEntity | PackageEntity | null;
}

/** Opens the entities of a state folder. */
export async function openEntities(folder: string): Promise<Entities> {
  const kept = new Map<string, ActionEntity>();
  const packages = new Map<string, PackageEntity>();
  const journal = await openJournal(join(folder, 'openwhisk.ndjson'), (line) => {
    const { of, path, entity } = JSON.parse(line) as Change;
    const entities: Map<string, unknown> = of === 'action' ? kept : packages;
    if (entity === null) entities.delete(path);
    else entities.set(path, entity);
  });
  const actions = new Map<string, StoredAction>();
  for (const [path, entity] of kept) actions.set(path, { entity, fn: functionOf(path, entity) });
  async function note(change: Change): Promise<void> {
    await journal.append(`${JSON.stringify(change)}\n`);
  }

  return {
    actions,
    packages,
    async putAction(path, stored) {
      // Deleted first, so that the newest entity is the last: lists show it first.
      actions.delete(path);
      actions.set(path, stored);
      await note({ of: 'action', path, entity: stored.entity });
    },
    async deleteAction(path) {
      actions.delete(path);
      await note({ of: 'action', path, entity: null });
    },
    async putPackage(name, entity) {
      packages.delete(name);
      packages.set(name, entity);
      await note({ of: 'package', path: name, entity });
    },
    async deletePackage(name) {
      packages.delete(name);
      await note({ of: 'package', path: name, entity: null });
    },
    close: () => journal.close(),
  };
}
