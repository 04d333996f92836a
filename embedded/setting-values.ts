import { PLACEMENTS } from './execution/pool/members.js';

/** What is wrong with a value of the config file, or null. */
export type Check = (value: unknown) => string | null;

export function positive(value: unknown): string | null {
  return Number.isInteger(value) && (value as number) > 0 ? null : 'must be an integer above 0';
}

export function countFrom0(value: unknown): string | null {
  return Number.isInteger(value) && (value as number) >= 0 ? null : 'must be an integer from 0';
}

export function seed(value: unknown): string | null {
  return countFrom0(value) === null && (value as number) < 2 ** 32 ? null : 'must be an integer from 0 to 4294967295';
}

export function milliseconds(value: unknown): string | null {
  return typeof value === 'number' && value >= 0 && value < 2 ** 31 ? null : 'must be a number of ms from 0';
}

export function placement(value: unknown): string | null {
  const valid = PLACEMENTS.some((known) => known === value);
  return valid ? null : `must be one of ${PLACEMENTS.map((known) => `"${known}"`).join(', ')}`;
}

/** @see https://docs.couchdb.org/en/stable/api/database/common.html#put--db */
export function databaseName(value: unknown): string | null {
  const valid = typeof value === 'string' && /^[a-z][a-z0-9_$()+-]*$/.test(value);
  return valid ? null : 'must be a name of lower-case letters, digits and _$()+-, beginning with a letter';
}

export function regionName(value: unknown): string | null {
  const valid = typeof value === 'string' && /^[a-z]{2}(-[a-z]+)+-\d$/.test(value);
  return valid ? null : 'must be a name such as "us-east-1"';
}

export function retryWaits(value: unknown): string | null {
  const valid = Array.isArray(value) && value.length <= 2 && value.every((wait) => milliseconds(wait) === null);
  return valid ? null : 'must be a list of at most two numbers of ms from 0';
}
