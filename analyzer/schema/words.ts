import { z } from 'zod';

/**
 * The words that the schema of an analysis is made of. Each takes the description that is published: what the field is,
 * its unit, its formula, and when it is null.
 */

export const count = (description: string) => z.int().min(0).describe(description);
export const number = (description: string) => z.number().describe(description);
export const positive = (description: string) => z.number().min(0).describe(description);
export const text = (description: string) => z.string().describe(description);
export const flag = (description: string) => z.boolean().describe(description);
export const list = <Item extends z.ZodType>(item: Item, description: string) => z.array(item).describe(description);

export const numberOrNull = (description: string) => z.number().nullable().describe(description);
export const positiveOrNull = (description: string) => z.number().min(0).nullable().describe(description);
export const countOrNull = (description: string) => z.int().min(0).nullable().describe(description);
export const textOrNull = (description: string) => z.string().nullable().describe(description);

export const sha256 = (description: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe(description);

/** One of a few words where the type of the code says no more than that it is text. */
export const wordOf = (words: readonly string[], description: string): z.ZodType<string> =>
  z.enum(words as [string, ...string[]]).describe(description);

/**
 * Holds a schema against the type that the code has of the same thing: with a field missing, one too many, or one of
 * another type the call does not compile.
 */
export function describes<Type>() {
  return <Schema extends z.ZodType>(schema: Same<z.output<Schema>, Type> extends true ? Schema : never): Schema =>
    schema;
}

/** Each is assignable to the other, also when every optional field is required: else one that only one of them has would pass. */
type Same<A, B> = [A, B, Whole<A>, Whole<B>] extends [B, A, Whole<B>, Whole<A>] ? true : false;
type Whole<T> = { [Key in keyof T]-?: Whole<T[Key]> };
