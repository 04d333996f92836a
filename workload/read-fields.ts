import { z } from 'zod';
import { shown } from '../common/shown.js';
import type { Findings, JsonPath } from './findings.js';
import { nearestName } from './near-miss.js';
import { secretAdvice } from './secret-key.js';

/** What could be read of a T: what is wrong, absent or null is left out, at every depth. */
export type Readable<T> = T extends null
  ? never
  : T extends readonly unknown[]
    ? T
    : T extends object
      ? { [K in keyof T]?: Readable<T[K]> }
      : T;

/**
 * Reads a value by its schema, field by field, so that one wrong field hides no other: every error becomes a finding of its
 * own place, and what is right is returned. Unknown keys are warnings, and errors where a known key was probably meant or
 * the schema is strict.
 */
export function readFields<S extends z.ZodType>(
  schema: S,
  value: unknown,
  at: JsonPath,
  findings: Findings,
): Readable<z.output<S>> | undefined {
  return read(schema, value, at, findings) as Readable<z.output<S>> | undefined;
}

function read(schema: z.ZodType, value: unknown, at: JsonPath, findings: Findings): unknown {
  const plain = unwrapped(schema, value);
  if (isPlainObject(value)) {
    if (plain instanceof z.ZodObject) return readObject(plain, value, at, findings);
    if (plain instanceof z.ZodRecord) return readRecord(plain, value, at, findings);
  }
  if (plain instanceof z.ZodArray && Array.isArray(value)) tellUnknownOfList(plain, value, at, findings);
  const result = schema.safeParse(value);
  if (result.success) return result.data ?? undefined;
  const told = new Set<string>();
  for (const issue of result.error.issues) {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    // What else is wrong at a place follows from the same value: one of no letters is of no form either.
    const place = JSON.stringify(path);
    if (told.has(place)) continue;
    told.add(place);
    findings.error([...at, ...path], wording(issue, valueAt(value, path), isSecret([...at, ...path])));
  }
  return undefined;
}

function readObject(schema: z.ZodObject, value: object, at: JsonPath, findings: Findings): unknown {
  const known = Object.keys(schema.shape);
  const { catchall } = schema.def;
  for (const key of Object.keys(value)) {
    if (known.includes(key) || catchall instanceof z.ZodUnknown) continue;
    tellUnknown(key, known, at, findings, catchall instanceof z.ZodNever);
  }
  const result: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(schema.shape)) {
    const given = Object.hasOwn(value, key);
    // A key that stands there misspelt is not missing too.
    if (!given && findings.concerns([...at, key])) continue;
    result[key] = read(field, given ? value[key as never] : undefined, [...at, key], findings);
  }
  return result;
}

function readRecord(schema: z.ZodRecord, value: object, at: JsonPath, findings: Findings): unknown {
  const entries = Object.entries(value).map(
    ([key, entry]) => [key, read(schema.valueType as z.ZodType, entry, [...at, key], findings)] as const,
  );
  // From entries, so that a key `__proto__` is a name like any other.
  return Object.fromEntries(entries.filter(([, entry]) => entry !== undefined));
}

/** A list is read as a whole, for what is right of it alone would be another list; unknown keys are told all the same. */
function tellUnknownOfList(list: z.ZodArray, value: unknown[], at: JsonPath, findings: Findings): void {
  const element = list.element as z.ZodType;
  // Of strict ones the schema itself tells.
  if (!(element instanceof z.ZodObject) || element.def.catchall instanceof z.ZodNever) return;
  const known = Object.keys(element.shape);
  for (const [index, entry] of value.entries()) {
    if (!isPlainObject(entry)) continue;
    for (const key of Object.keys(entry).filter((name) => !known.includes(name)))
      tellUnknown(key, known, [...at, index], findings, false);
  }
}

/** Where people put what should not be shown, although it should not stand there. */
function isSecret(at: JsonPath): boolean {
  return at.includes('headers') || at.at(-1) === 'ssh';
}

function tellUnknown(key: string, known: readonly string[], at: JsonPath, findings: Findings, strict: boolean): void {
  const meant = nearestName(key, known);
  const advice = secretAdvice(at, key);
  const beside = advice === null ? '' : `; ${advice}`;
  if (meant === undefined && strict)
    findings.error([...at, key], `unknown key; known are ${known.join(', ')}${beside}`);
  else if (meant === undefined) findings.warn([...at, key], `unknown key, ignored${beside}`);
  else findings.error([...at, key], `unknown key; did you mean "${meant}"?`, [...at, meant]);
}

/** The schema without its optional, null and default wrappers; of several, the one that an object or list is meant for. */
function unwrapped(schema: z.ZodType, value: unknown): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return unwrapped(schema.unwrap() as z.ZodType, value);
  }
  if (schema instanceof z.ZodUnion && isPlainObject(value)) {
    const options = (schema.options as z.ZodType[]).map((option) => unwrapped(option, value));
    return options.find((option) => option instanceof z.ZodObject || option instanceof z.ZodRecord) ?? schema;
  }
  return schema;
}

/** @param secret whether the value may not be shown */
function wording(issue: z.core.$ZodIssue, value: unknown, secret: boolean): string {
  // A union of plain values names no requirement of its own: that of its first choice is the common one.
  const first = issue.code === 'invalid_union' ? issue.errors[0]?.[0] : undefined;
  const { message } = first ?? issue;
  if (value === undefined) return `is missing; ${message}`;
  if (secret) return message;
  const names = allowedNames(first ?? issue);
  const meant = typeof value === 'string' && names !== undefined ? nearestName(value, names) : undefined;
  return `${message}, got ${shown(value)}${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
}

function allowedNames(issue: z.core.$ZodIssue): string[] | undefined {
  return issue.code === 'invalid_value' ? issue.values.map(String) : undefined;
}

function valueAt(value: unknown, path: JsonPath): unknown {
  let at = value;
  for (const step of path) at = at !== null && typeof at === 'object' ? at[step as never] : undefined;
  return at;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
