import { join } from 'node:path';
import { openJournal } from '../../activations/journal.js';
import type { PlatformFunction } from '../../functions.js';
import type { FunctionEntity } from './entity.js';

export interface StoredFunction {
  entity: FunctionEntity;
  fn: PlatformFunction;
}

/** The functions, by name. */
export interface Catalog {
  readonly functions: ReadonlyMap<string, StoredFunction>;
  /** an archive by its hash, base64 */
  codeOf(sha256: string): string;
  put(stored: StoredFunction, code: string): Promise<void>;
  delete(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Code is written once, however often the function that uses it is changed. */
type Change = { code: string; base64: string } | { function: string; entity: FunctionEntity | null };

/** Opens the functions of a state folder. @param functionOf what the platform executes for an entity and its archive */
export async function openCatalog(
  folder: string,
  functionOf: (entity: FunctionEntity, code: string) => PlatformFunction,
): Promise<Catalog> {
  const kept = new Map<string, FunctionEntity>();
  const codes = new Map<string, string>();
  const journal = await openJournal(join(folder, 'lambda.ndjson'), (line) => {
    const change = JSON.parse(line) as Change;
    if ('code' in change) codes.set(change.code, change.base64);
    else if (change.entity === null) kept.delete(change.function);
    else kept.set(change.function, change.entity);
  });
  const functions = new Map<string, StoredFunction>();
  for (const [name, entity] of kept) {
    functions.set(name, { entity, fn: functionOf(entity, codes.get(entity.codeSha256)!) });
  }
  forgetUnused();

  /** In memory only what some function uses; should it come again it is written again. */
  function forgetUnused(): void {
    const used = new Set([...functions.values()].map(({ entity }) => entity.codeSha256));
    for (const sha256 of codes.keys()) if (!used.has(sha256)) codes.delete(sha256);
  }
  async function note(change: Change): Promise<void> {
    await journal.append(`${JSON.stringify(change)}\n`);
  }

  return {
    functions,
    codeOf: (sha256) => codes.get(sha256)!,
    async put(stored, code) {
      const { name, codeSha256 } = stored.entity;
      const isNew = !codes.has(codeSha256);
      codes.set(codeSha256, code);
      functions.set(name, stored);
      forgetUnused();
      if (isNew) await note({ code: codeSha256, base64: code });
      await note({ function: name, entity: stored.entity });
    },
    async delete(name) {
      functions.delete(name);
      forgetUnused();
      await note({ function: name, entity: null });
    },
    close: () => journal.close(),
  };
}
