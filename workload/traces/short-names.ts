import { SHORTEST_PREFIX } from './select-functions.js';
import type { TraceFunction } from './trace-file.js';

/**
 * A name for each function of a trace, by id: of hashes the shortest beginning of at least 8 characters that no other function
 * of the trace has, of a plain CSV the name as it is. It depends on the file alone, never on what was chosen from it.
 * Functions of one name in several apps keep their whole id.
 */
export function shortNames(functions: readonly TraceFunction[]): Map<string, string> {
  const perName = new Map<string, number>();
  for (const { parts } of functions) perName.set(parts.at(-1)!, (perName.get(parts.at(-1)!) ?? 0) + 1);
  const sorted = [...perName.keys()].sort();
  const shortest = new Map(
    sorted.map((name, i) => {
      const shared = Math.max(sharedLength(name, sorted[i - 1] ?? ''), sharedLength(name, sorted[i + 1] ?? ''));
      return [name, name.slice(0, Math.max(SHORTEST_PREFIX, shared + 1))];
    }),
  );
  return new Map(
    functions.map(({ id, parts }) => {
      const name = parts.at(-1)!;
      if (parts.length === 1 || perName.get(name)! > 1) return [id, id];
      return [id, shortest.get(name)!];
    }),
  );
}

function sharedLength(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  return i;
}
