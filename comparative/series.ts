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

const READ = ['function', 'instance', 'planned_ms', 'seq', 'response_ms', 'latency_ms', 'cold', 'failed'];

/** Reads the series of one group; rows without a value are left out of their series. Ten bytes a row are held, no objects. */
export async function seriesOf(run: MergedRun, group: Group, time: TimeColumn, tables: Tables): Promise<Series> {
  const times = growing((length) => new Float64Array(length));
  const cold = growing((length) => new Uint8Array(length));
  const failed = growing((length) => new Uint8Array(length));
  const inOrder = tables.numbers(
    `SELECT ${time}, cold, failed FROM ${rowsOfRun(run, READ)}
     WHERE function = $function AND ($instance IS NULL OR instance = $instance) ORDER BY planned_ms, seq`,
    { function: group.function, instance: group.scope === 'instance' ? group.name : null },
  );
  for await (const columns of inOrder) {
    for (const [i, series] of [times, cold, failed].entries()) series.push(columns[i]!);
  }
  return { times: times.all(), cold: cold.all(), failed: failed.all() };
}

/** Numbers that arrive in stretches, of which nobody knows how many there will be; those that are null are left out. */
function growing<Numbers extends Float64Array | Uint8Array>(
  make: (length: number) => Numbers,
): { push: (values: readonly (number | null)[]) => void; all: () => Numbers } {
  let held = make(4_096);
  let length = 0;
  return {
    push(values) {
      if (length + values.length > held.length) {
        const larger = make(2 * (length + values.length));
        larger.set(held);
        held = larger;
      }
      for (const value of values) if (value !== null) held[length++] = value;
    },
    all: () => held.slice(0, length) as Numbers,
  };
}
