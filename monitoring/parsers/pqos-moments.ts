/** The tables that pqos printed within one second. */
export interface PqosSecond<Table> {
  /** the second that all of them carry */
  stampMs: number;
  tables: Table[];
}

/**
 * When each table of a second was printed. pqos stamps whole seconds, cut off, and prints in a fixed rhythm from its start:
 * n tables in a full second are I = 1000/n ms apart, and the k-th (from 0) was printed within I after stamp + k·I. A run
 * begins and ends within a second. In its first second the tables fill the end of it, so the k-th of m lies within I after
 * stamp + 1000 − (m − k)·I, with the n of the second that follows; in its last they fill the beginning.
 *
 * Given is the beginning of that span: the table was printed at most I later. With an interval of 1 s or more, I is that
 * second itself and the time given is the stamp. An interval that is no whole part of a second (0.3 s) may lie up to I
 * earlier as well.
 */
export async function* momentsOf<Table>(
  seconds: AsyncIterable<PqosSecond<Table>>,
): AsyncGenerator<{ timeMs: number; table: Table }> {
  let before: PqosSecond<Table> | null = null;
  let second: PqosSecond<Table> | null = null;
  for await (const next of seconds) {
    if (second !== null) yield* spread(second, before, next);
    [before, second] = [second, next];
  }
  if (second !== null) yield* spread(second, before, null);
}

function* spread<Table>(
  { stampMs, tables }: PqosSecond<Table>,
  before: PqosSecond<Table> | null,
  next: PqosSecond<Table> | null,
): Generator<{ timeMs: number; table: Table }> {
  const isFirst = before === null;
  const isLast = next === null;
  const tablesASecond = Math.max(
    tables.length,
    isFirst && next?.stampMs === stampMs + 1_000 ? next.tables.length : 0,
    isLast && before?.stampMs === stampMs - 1_000 ? before.tables.length : 0,
  );
  const skipped = isFirst && !isLast ? tablesASecond - tables.length : 0;
  for (const [k, table] of tables.entries()) yield { timeMs: stampMs + ((skipped + k) * 1_000) / tablesASecond, table };
}
