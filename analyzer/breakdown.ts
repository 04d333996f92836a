import type { Tables } from '../records/tables.js';
import { PART_NAMES, type GroupFigures, type PartName, type Parts } from './analysis.js';
import { askForGroups } from './grouped-rows.js';
import { sqlOf } from './sql.js';

export type Breakdown = Record<'all' | 'warm' | 'cold', Parts>;

interface PartRow {
  number: number;
  warmth: keyof Breakdown;
  n: number;
  negative: number;
  means: [number, number];
  p99s: [number, number];
}

/**
 * Mean and p99 of each part of the response time, by the number of each group; needs `grouped`.
 * @param batches numbers of groups whose rows may be held in memory together
 */
export async function breakDown(
  tables: Tables,
  batches: readonly (readonly number[])[],
): Promise<(number: number) => Breakdown> {
  await tables.run(sqlOf('wait_told'));
  await tables.run(sqlOf('known_parts'));
  const [told] = await tables.query<{ is_told: boolean }>('SELECT is_told FROM wait_told');
  const absent = told!.is_told ? ['network_front_wait_ms'] : ['network_front_ms', 'wait_ms'];
  const names = PART_NAMES.filter((name) => !absent.includes(name));
  const breakdowns = new Map<number, Breakdown>();
  for (const numbers of batches) {
    await askForGroups(tables, numbers);
    for (let i = 0; i < names.length; i += 2) {
      const [a, b = a] = names.slice(i, i + 2) as [PartName, PartName?];
      for (const { number, warmth, n, negative, means, p99s } of await tables.query<PartRow>(sqlOf('parts'), {
        a,
        b,
      })) {
        const breakdown = breakdowns.get(number) ?? noBreakdown();
        breakdowns.set(number, breakdown);
        const parts = breakdown[warmth];
        Object.assign(parts, { n, negative });
        Object.assign(parts.mean, { [a]: means[0], [b]: means[1] });
        Object.assign(parts.p99, { [a]: p99s[0], [b]: p99s[1] });
      }
    }
  }
  return (number) => breakdowns.get(number) ?? noBreakdown();
}

/** The parts that some group of an analysis has, in the order in which they happen. */
export function partsOf(groups: readonly GroupFigures[]): PartName[] {
  return PART_NAMES.filter((part) => groups.some(({ parts }) => parts.all.mean[part] !== null));
}

/** Where nothing is known. */
export function noBreakdown(): Breakdown {
  return { all: noParts(), warm: noParts(), cold: noParts() };
}

function noParts(): Parts {
  const unknown = (): Parts['mean'] => Object.fromEntries(PART_NAMES.map((part) => [part, null])) as Parts['mean'];
  return { n: 0, negative: 0, mean: unknown(), p99: unknown() };
}
