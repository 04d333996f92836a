import { Rejection } from './exchange.js';

/** Longest list in one answer. */
const LIST_LIMIT = 200;

/** A boolean of the query, as OpenWhisk reads it: true, yes and on in any case. */
export function booleanIn(query: URLSearchParams, name: string, normal: boolean): boolean {
  const text = query.get(name)?.toLowerCase();
  if (text === undefined) return normal;
  if (['true', 'yes', 'on', '1'].includes(text)) return true;
  if (['false', 'no', 'off', '0'].includes(text)) return false;
  throw malformed(name, `'${text}' is not a valid Boolean value`);
}

/** An integer of the query; null when it is absent. */
export function integerIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  if (!/^-?\d{1,15}$/.test(text)) throw malformed(name, `'${text}' is not a valid 64-bit signed integer value`);
  return Number(text);
}

/** `limit` and `skip` of a list: limit 0 means the longest list there is. */
export function pageIn(query: URLSearchParams, collection: string): { limit: number; skip: number } {
  const limit = integerIn(query, 'limit') ?? 30;
  if (limit < 0 || limit > LIST_LIMIT) {
    throw malformed('limit', `The value '${limit}' is not in the range of 0 to ${LIST_LIMIT} for ${collection}.`);
  }
  const skip = integerIn(query, 'skip') ?? 0;
  if (skip < 0) throw malformed('skip', `The value '${skip}' is not greater than or equal to 0 for ${collection}.`);
  return { limit: limit === 0 ? LIST_LIMIT : limit, skip };
}

/**
 * The page of a list that is asked for, the newest first, and with `count=true` how many there are, which is null otherwise.
 * @param all the newest last
 */
export function pageOf<Item>(
  query: URLSearchParams,
  collection: string,
  all: readonly Item[],
): { page: Item[]; count: number | null } {
  const { limit, skip } = pageIn(query, collection);
  const rest = all.toReversed().slice(skip);
  return { page: rest.slice(0, limit), count: booleanIn(query, 'count', false) ? rest.length : null };
}

export function malformed(name: string, why: string): Rejection {
  return new Rejection(400, `The query parameter '${name}' was malformed:\n${why}`);
}
