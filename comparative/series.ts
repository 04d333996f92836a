import type { Tables } from '../records/tables.js';
import { rowsOfRun } from './combined-views.js';
import type { Group, TimeColumn } from './comparison.js';
import type { MergedRun } from './merged.js';

/** A group's rows of one run in the order of the plan, which carries the correlation between neighbours. */
export interface Series {
  times: Float64Array;
  /** 1 = cold; only rows of which the platform said it */
  cold: Uint8Array;
  /** 1 = failed */
  failed: Uint8Array;
}

/** Reads the series of one group; rows without a value are left out of their series. */
export async function seriesOf(run: MergedRun, group: Group, time: TimeColumn, tables: Tables): Promise<Series> {
  const inOrder = (value: string) => `list(${value} ORDER BY planned_ms, seq) FILTER (${value} IS NOT NULL)`;
  const [lists] = await tables.query<Record<'times' | 'cold' | 'failed', number[] | null>>(
    `SELECT ${inOrder(time)} AS times, ${inOrder('cold::INTEGER')} AS cold, ${inOrder('failed::INTEGER')} AS failed
     FROM ${rowsOfRun(run)}
     WHERE function = $function AND ($instance IS NULL OR instance = $instance)`,
    { function: group.function, instance: group.scope === 'instance' ? group.name : null },
  );
  return {
    times: Float64Array.from(lists?.times ?? []),
    cold: Uint8Array.from(lists?.cold ?? []),
    failed: Uint8Array.from(lists?.failed ?? []),
  };
}
