import type { Tables } from '../records/tables.js';
import type { GroupFigures } from './analysis.js';
import {
  CONCURRENCIES,
  IDLE_GAPS,
  type ColdStartClass,
  type ColdStartFigures,
  type ColdStarts,
  type MeasuredWorkers,
} from './dynamics.js';
import { sqlOf } from './sql.js';

/** Executions of a function that met one pair of circumstances. */
interface Met {
  name: string;
  /** places in IDLE_GAPS and CONCURRENCIES */
  gap: number;
  crowd: number;
  cold: number;
  n: number;
  by_client: number;
}

/** How many cold starts there were and what was the case when they arrived; needs the view `activity`. */
export async function coldStarts(
  tables: Tables,
  { overall, functions }: { overall: GroupFigures; functions: readonly GroupFigures[] },
  measured: MeasuredWorkers,
): Promise<ColdStarts> {
  const met = await tables.query<Met>(sqlOf('circumstances'));
  const ofFunction = new Map<string, Met[]>();
  for (const row of met) ofFunction.set(row.name, [...(ofFunction.get(row.name) ?? []), row]);
  const all = figuresOf(overall, met);
  return {
    ...all,
    measured,
    untimed: all.known - sumOf(met, 'n'),
    timed_by_client: sumOf(met, 'by_client'),
    functions: functions.map((group) => ({
      name: group.name,
      ...figuresOf(group, ofFunction.get(group.name) ?? []),
    })),
  };
}

function figuresOf({ cold_share: share, cold_count: count }: GroupFigures, met: readonly Met[]): ColdStartFigures {
  return {
    count,
    known: share.n,
    share,
    by_idle_gap: classesOf(met, 'gap', IDLE_GAPS),
    by_concurrency: classesOf(met, 'crowd', CONCURRENCIES),
  };
}

function classesOf(met: readonly Met[], by: 'gap' | 'crowd', names: readonly string[]): ColdStartClass[] {
  return names.flatMap((name, place) => {
    const same = met.filter((row) => row[by] === place);
    return same.length === 0 ? [] : [{ class: name, cold: sumOf(same, 'cold'), n: sumOf(same, 'n') }];
  });
}

function sumOf(met: readonly Met[], of: 'cold' | 'n' | 'by_client'): number {
  return met.reduce((sum, row) => sum + row[of], 0);
}
