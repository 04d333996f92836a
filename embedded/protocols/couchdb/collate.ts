/**
 * Order of view keys: null, false, true, numbers, strings, arrays, objects. Strings compare by code unit, which is the
 * order of ICU for all that this database uses as a key (names of namespaces, hexadecimal ids).
 * @see https://docs.couchdb.org/en/stable/ddocs/views/collation.html
 */
export function collate(a: unknown, b: unknown): number {
  const kind = rank(a) - rank(b);
  if (kind !== 0) return kind;
  if (typeof a === 'number') return a - (b as number);
  if (typeof a === 'string') return compareText(a, b as string);
  if (Array.isArray(a)) return collateLists(a, b as unknown[]);
  if (typeof a === 'object' && a !== null) {
    return collateLists(Object.entries(a).flat(), Object.entries(b as object).flat());
  }
  return 0;
}

function collateLists(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const order = collate(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function rank(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value === 'boolean') return value ? 2 : 1;
  if (typeof value === 'number') return 3;
  if (typeof value === 'string') return 4;
  return Array.isArray(value) ? 5 : 6;
}

/** Compares texts by code unit. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
