/**
 * Rows that a statement which holds or sorts them may have at once. The whole run by itself: it has as many rows as all
 * functions together.
 */
const ROWS_HELD_AT_ONCE = 1_000_000;

/** Groups in their order, cut where the next would make too many rows; a group that is larger alone stands alone. */
export function* batchesOf<Group>(
  groups: readonly Group[],
  rowsOf: (group: Group) => number,
  atOnce = ROWS_HELD_AT_ONCE,
): Generator<Group[]> {
  let some: Group[] = [];
  let rows = 0;
  for (const group of groups) {
    if (some.length > 0 && rows + rowsOf(group) > atOnce) {
      yield some;
      some = [];
      rows = 0;
    }
    some.push(group);
    rows += rowsOf(group);
  }
  if (some.length > 0) yield some;
}
