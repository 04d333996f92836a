import type { Tables } from '../records/tables.js';
import { PART_NAMES, type PartName, type Parts } from './analysis.js';
import { groupKey, type Scope } from './group-key.js';
import { sqlOf } from './sql.js';

export type Breakdown = Record<'all' | 'warm' | 'cold', Parts>;

interface PartRow {
  scope: Scope;
  name: string;
  warmth: keyof Breakdown;
  part: PartName;
  n: number;
  negative: number;
  mean: number;
  p99: number;
}

/** Mean and p99 of each part of the response time, by `groupKey` of every function and instance. */
export async function breakDown(tables: Tables): Promise<(key: string) => Breakdown> {
  const breakdowns = new Map<string, Breakdown>();
  for (const { scope, name, warmth, part, n, negative, mean, p99 } of await tables.query<PartRow>(sqlOf('parts'))) {
    const key = groupKey(scope, name);
    const breakdown = breakdowns.get(key) ?? noBreakdown();
    breakdowns.set(key, breakdown);
    const parts = breakdown[warmth];
    Object.assign(parts, { n, negative });
    parts.mean[part] = mean;
    parts.p99[part] = p99;
  }
  return (key) => breakdowns.get(key) ?? noBreakdown();
}

/** Where nothing is known. */
export function noBreakdown(): Breakdown {
  return { all: noParts(), warm: noParts(), cold: noParts() };
}

function noParts(): Parts {
  const unknown = (): Parts['mean'] => Object.fromEntries(PART_NAMES.map((part) => [part, null])) as Parts['mean'];
  return { n: 0, negative: 0, mean: unknown(), p99: unknown() };
}
