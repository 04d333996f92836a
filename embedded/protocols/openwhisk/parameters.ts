import { Rejection } from './exchange.js';

/** A parameter or annotation of an entity. */
export interface Parameter {
  key: string;
  value: unknown;
}

/** Reads a list of parameters or annotations; of several with one key the last counts. @throws Rejection 400 */
export function parametersIn(value: unknown, what: string): Parameter[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed(what);
  const all = value.map((item: unknown) => {
    const { key, value: content } = (item ?? {}) as Partial<Parameter>;
    if (typeof key !== 'string') throw malformed(what);
    return { key, value: content ?? null };
  });
  return inherited([], all);
}

/** Parameters with further ones laid over them. */
export function inherited(under: readonly Parameter[], over: readonly Parameter[]): Parameter[] {
  const values = new Map([...under, ...over].map(({ key, value }) => [key, value]));
  return [...values].map(([key, value]) => ({ key, value }));
}

function malformed(what: string): Rejection {
  return new Rejection(400, `The request content was malformed:\n${what} malformed!`);
}

/** The value of a key. */
export function valueOf(parameters: readonly Parameter[], key: string): unknown {
  return parameters.find((parameter) => parameter.key === key)?.value;
}

/** Whether an annotation is set, as OpenWhisk sees it: not absent, false, null, 0 or an empty text. */
export function isTruthy(annotations: readonly Parameter[], key: string): boolean {
  return Boolean(valueOf(annotations, key));
}

/** The parameters as an object. */
export function objectOf(parameters: readonly Parameter[]): Record<string, unknown> {
  return Object.fromEntries(parameters.map(({ key, value }) => [key, value]));
}

/** The names of parameters that a call may not set, since the action's annotation `final` says so: those that have a value. */
export function finalNames(annotations: readonly Parameter[], parameters: readonly Parameter[]): Set<string> {
  if (!isTruthy(annotations, 'final')) return new Set();
  return new Set(parameters.flatMap(({ key, value }) => (value === null ? [] : [key])));
}

export const NOT_ALLOWED = 'Request defines parameters that are not allowed (e.g., reserved properties).';
