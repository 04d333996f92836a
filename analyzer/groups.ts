import type { Tables } from '../records/tables.js';
import type { Analysis, GroupFigures, Moments } from './analysis.js';
import { batchesOf } from './batches.js';
import { breakDown, noBreakdown } from './breakdown.js';
import { namedQuantiles, viewGroups, type GroupName, type TwoQuantiles } from './grouped-rows.js';
import { shareOfKnown } from '../statistics/known-share.js';
import { intervalsOf, type Group, type Intervals } from './group-intervals.js';
import { sqlOf } from './sql.js';
import { noMoments } from './summary.js';

type Counts = Pick<
  GroupFigures,
  | 'name'
  | 'function'
  | 'planned'
  | 'ok'
  | 'failed'
  | 'dropped'
  | 'lost'
  | 'answered'
  | 'accepted'
  | 'cold_count'
  | 'cold_unknown'
>;
type PlatformTimes = Pick<GroupFigures, 'wait_ms' | 'init_ms' | 'execution_ms' | 'duration_ms'>;

type Scope = GroupName['scope'];
type Groups = Pick<Analysis, 'overall' | 'functions' | 'instances'>;

/** The figures of the whole run, every function and every instance, with intervals that hold for correlated rows. */
export async function groupFigures(tables: Tables, seed: number): Promise<Groups> {
  const rows = await tables.query<CountRow>(sqlOf('group_counts'));
  const own = rows.filter((row) => sameRows(rows, row) === row);
  await viewGroups(tables, own);
  const timesOf = await platformTimes(tables);
  const numbers = [...batchesOf([...own.keys()], (number) => own[number]!.planned)];
  const partsOf = await breakDown(tables, numbers);
  const intervals = await intervalsOf(tables, own.map(groupOf), seed);
  const groups: Record<Scope, GroupFigures[]> = { function: [], instance: [], overall: [] };
  for (const row of rows) {
    const number = own.indexOf(sameRows(rows, row));
    const found = intervals(number);
    const cold_share = shareOfKnown(found.cold_share, row.colds, row.unjudged);
    const figures = { ...found, cold_share, ...timesOf(number), parts: partsOf(number) };
    groups[row.scope].push({ ...countsOf(row), ...figures });
  }
  const { function: functions, instance: instances, overall } = groups;
  return { functions, instances, overall: overall[0] ?? noGroup(intervals(-1)) };
}

type CountRow = Omit<Counts, 'cold_count' | 'cold_unknown'> & {
  scope: Scope;
  /** rows with a service time */
  served: number;
  /** rows whose activation is known to have been cold or warm */
  judged: number;
  /** rows that failed, by the client's word or the platform's */
  failures: number;
  colds: number;
  unjudged: number;
};

function countsOf({
  name,
  function: of,
  planned,
  ok,
  failed,
  dropped,
  lost,
  answered,
  accepted,
  ...row
}: CountRow): Counts {
  const counts = { name, function: of, planned, ok, failed, dropped, lost, answered, accepted };
  return { ...counts, cold_count: row.colds, cold_unknown: row.unjudged };
}

function groupOf(row: CountRow, number: number): Group {
  const { planned, answered, served, accepted, judged, failures, colds } = row;
  const n = { response_ms: answered, service_ms: served, acceptance_ms: accepted, failed: planned, cold: judged };
  return { number, n, flagged: { failed: failures, cold: colds } };
}

/** A function's rows are also those of its only instance, or of the whole run: the intervals need not be made twice. */
function sameRows(rows: readonly CountRow[], row: CountRow): CountRow {
  const covers = (of: CountRow): boolean =>
    of.scope === 'function' &&
    of.planned === row.planned &&
    (row.scope === 'overall' || (row.scope === 'instance' && of.name === row.function));
  return rows.find(covers) ?? row;
}

/** A run without a row. */
function noGroup(intervals: Intervals): GroupFigures {
  const counts = {
    planned: 0,
    ok: 0,
    failed: 0,
    dropped: 0,
    lost: 0,
    answered: 0,
    accepted: 0,
    cold_count: 0,
    cold_unknown: 0,
  };
  return { name: 'overall', function: 'overall', ...counts, ...intervals, ...noTimes(), parts: noBreakdown() };
}

type MomentsRow = Omit<Moments, 'p50' | 'p99'> & TwoQuantiles & { number: number };

async function platformTimes(tables: Tables): Promise<(number: number) => PlatformTimes> {
  const times = new Map<number, PlatformTimes>();
  for (const metric of ['wait_ms', 'init_ms', 'execution_ms', 'duration_ms'] as const) {
    const rows = await tables.query<MomentsRow>(sqlOf('group_moments'), { metric });
    for (const { number, ...moments } of rows.map(namedQuantiles)) {
      const group = times.get(number) ?? noTimes();
      times.set(number, group);
      group[metric] = moments;
    }
  }
  return (number) => times.get(number) ?? noTimes();
}

function noTimes(): PlatformTimes {
  return { wait_ms: noMoments(), init_ms: noMoments(), execution_ms: noMoments(), duration_ms: noMoments() };
}
