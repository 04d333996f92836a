import { Rejection } from './exchange.js';

/** A parameter or annotation of an entity. */
export interface Parameter {
  key: string;
  value: unknown;
}

/** Reads a list of parameters or annotations. @throws Rejection 400 */
export function parametersIn(value: unknown, what: string): Parameter[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed(what);
  return value.map((item: unknown) => {
    const { key, value: content } = (item ?? {}) as Partial<Parameter>;
    if (typeof key !== 'string') throw malformed(what);
    return { key, value: content ?? null };
  });
}

function malformed(what: string): Rejection {
  return new Rejection(400, `The request content was malformed:\n${what} malformed!`);
}

/** The value of a key; the last one counts. */
export function valueOf(parameters: readonly Parameter[], key: string): unknown {
  return parameters.findLast((parameter) => parameter.key === key)?.value;
}

/** The parameters as an object, later lists over earlier ones. */
export function merged(...lists: (readonly Parameter[])[]): Record<string, unknown> {
  return Object.fromEntries(lists.flat().map(({ key, value }) => [key, value]));
}
