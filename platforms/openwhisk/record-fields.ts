/** Reads fields of a record that anybody may have written; what is there but unusable is noted and read as absent. */
export interface FieldReader {
  readonly record: Record<string, unknown>;
  has(key: string): boolean;
  /** a finite number, else null; `"12"` is none */
  number(key: string): number | null;
  /** a whole number of 32 bits, else null */
  integer(key: string): number | null;
  /** a text that is not empty, else null */
  text(key: string): string | null;
}

export function fieldReader(record: Record<string, unknown>, odd: string[]): FieldReader {
  /** An absent field is no fault; null is how some clients write absence. */
  function valueOf(key: string): unknown {
    const value = Object.hasOwn(record, key) ? record[key] : undefined;
    return value === null ? undefined : value;
  }
  return {
    record,
    has: (key) => valueOf(key) !== undefined,
    number(key) {
      const value = valueOf(key);
      if (typeof value === 'number' && Number.isFinite(value)) return value;
      if (value !== undefined) odd.push(key);
      return null;
    },
    integer(key) {
      const value = valueOf(key);
      if (Number.isInteger(value) && value === (Number(value) | 0)) return value;
      if (value !== undefined) odd.push(key);
      return null;
    },
    text(key) {
      const value = valueOf(key);
      if (typeof value === 'string' && value !== '') return value;
      if (value !== undefined) odd.push(key);
      return null;
    },
  };
}

/** A JSON object, no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
