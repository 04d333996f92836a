/** A name as it is drawn, and in full. */
export interface Shortened {
  short: string;
  full: string;
}

/**
 * What a tooltip needs to tell the full name of a series whose rows carry the short one: the names are looked up once instead
 * of standing in every row. Where nothing was cut the short name serves.
 *
 * @param field of the short name
 */
export function fullNames(names: readonly Shortened[], field: string): { transform: object[]; field: string } {
  if (names.every(({ short, full }) => short === full)) return { transform: [], field };
  const from = { data: { values: names }, key: 'short', fields: ['full'] };
  return { transform: [{ lookup: field, from }], field: 'full' };
}
