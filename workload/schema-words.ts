import { z } from 'zod';

/**
 * The words that schemas are made of. Each takes the whole requirement as one phrase, so that whatever is wrong with a
 * value, the user reads all of what is allowed.
 */

/** A finite number, `above` < n or `min` ≤ n, and n ≤ `max`. */
export function number(requirement: string, { above, min, max }: { above?: number; min?: number; max?: number }) {
  let schema = z.number({ error: requirement });
  if (above !== undefined) schema = schema.gt(above, { error: requirement });
  if (min !== undefined) schema = schema.gte(min, { error: requirement });
  if (max !== undefined) schema = schema.lte(max, { error: requirement });
  return schema;
}

/** A whole number from `min` to `max`. */
export function integer(requirement: string, { min, max }: { min: number; max: number }) {
  const error = requirement;
  return z.number({ error }).int({ error }).gte(min, { error }).lte(max, { error });
}

/** A string with something in it. */
export function text(requirement: string) {
  return z.string({ error: requirement }).min(1, { error: requirement });
}

/** One of a few names; `what` they are, e.g. `distribution`. The nearest one is named where the error is worded. */
export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `must be one of ${names.map((name) => `"${name}"`).join(', ')}` });
}
