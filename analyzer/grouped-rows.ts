import type { Tables } from '../records/tables.js';
import { sqlOf } from './sql.js';

/** Rows of the run are figured by groups: the whole run, its functions and its instances. */
export interface GroupName {
  scope: 'function' | 'instance' | 'overall';
  name: string;
}

/** Names the groups whose rows the view `grouped` gives; each is known by its place in the list. It gives those of all. */
export async function viewGroups(tables: Tables, groups: readonly GroupName[]): Promise<void> {
  const numbered = groups.map(({ scope, name }, number) => ({ number, scope, name }));
  await tables.run(sqlOf('own_groups'), { groups: JSON.stringify(numbered) });
  await askForGroups(tables, [...groups.keys()]);
  await tables.run(sqlOf('grouped'));
}

/** Has `grouped` give the rows of these groups only: the rows of others are then not even looked at. */
export async function askForGroups(tables: Tables, numbers: readonly number[]): Promise<void> {
  await tables.run(sqlOf('asked_groups'), { numbers: JSON.stringify(numbers) });
}

/** Median and p99 as the database gives them: a list, or null without values. */
export interface TwoQuantiles {
  quantiles: [p50: number, p99: number] | null;
}

/** The same as figures of their own. */
export function namedQuantiles<Row extends TwoQuantiles>({
  quantiles,
  ...row
}: Row): Omit<Row, 'quantiles'> & { p50: number | null; p99: number | null } {
  return { ...row, p50: quantiles?.[0] ?? null, p99: quantiles?.[1] ?? null };
}
