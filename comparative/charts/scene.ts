import { tellableNames } from '../../plotting/name-fitting.js';
import { PALETTE } from '../../plotting/theme.js';
import type { Tables } from '../../records/tables.js';
import type { TimeColumn } from '../comparison.js';
import type { MergedRun } from '../merged.js';
import type { ComparisonResult } from '../result.js';
import { counted, legendNames, SIDE_COLOURS, span } from './chart.js';

/** Functions drawn in one picture, a panel each; more would not fit a page. */
const MOST_FUNCTIONS = 6;
/** Room that the title of a panel has for a function's name, px. */
const TITLE_ROOM = 230;

/** Runs that are drawn as one: a side, or without sides a test. */
export interface CurveGroup {
  label: string;
  /** the label as legends and rows have it: short, and no two alike */
  name: string;
  colour?: string;
  runs: string[];
}

/** What all pictures of a comparison are drawn from. */
export interface Scene {
  result: ComparisonResult;
  tables: Tables;
  time: TimeColumn;
  /** the two sides, else the tests that ran last: as many as there are colours */
  groups: CurveGroup[];
  /** by the name of a test, where the two sides are tests */
  sideColours: Readonly<Record<string, string>>;
  /** tests that are not among the groups */
  groupsLeft: number;
  /** functions whose time is known, those that all groups have first, then by their rows; as many as fit */
  functions: string[];
  /** the same as the titles of panels have them: short, and no two alike */
  titles: ReadonlyMap<string, string>;
  functionsLeft: number;
}

export function sceneOf(result: ComparisonResult, tables: Tables): Scene {
  const { figures } = result;
  const time: TimeColumn = figures.some((row) => row.answered.response_ms > 0) ? 'response_ms' : 'latency_ms';
  const all = groupsOf(result);
  const shown = all.slice(-PALETTE.length);
  const names = legendNames(shown.map(({ label }) => label));
  const groups = shown.map((group, i) => ({ ...group, name: names[i]! }));
  const known = functionsOf(result, groups, time);
  const functions = known.slice(0, MOST_FUNCTIONS);
  const titles = tellableNames(functions, TITLE_ROOM, { size: 12, bold: true });
  return {
    result,
    tables,
    time,
    groups,
    sideColours: Object.fromEntries(
      groups.flatMap(({ label, colour }) => (colour === undefined ? [] : [[label, colour]])),
    ),
    groupsLeft: all.length - groups.length,
    functions,
    titles: new Map(functions.map((name, i) => [name, titles[i]!])),
    functionsLeft: known.length - functions.length,
  };
}

/** The two sides, or without sides every test, in the order of their first runs. */
function groupsOf({ sides, merged }: ComparisonResult): Omit<CurveGroup, 'name'>[] {
  if (sides !== null) {
    return (['baseline', 'candidate'] as const).map((side) => ({ ...sides[side], colour: SIDE_COLOURS[side] }));
  }
  const tests = [...new Set(merged.runs.map((run) => run.test))];
  return tests.map((test) => ({
    label: test,
    runs: merged.runs.filter((run) => run.test === test).map((run) => run.run_id),
  }));
}

function functionsOf({ figures }: ComparisonResult, groups: CurveGroup[], time: TimeColumn): string[] {
  const known = new Map<string, { rows: number; groups: number }>();
  for (const { runs } of groups) {
    const own = figures.filter(
      (row) => row.scope === 'function' && runs.includes(row.run_id) && row.answered[time] > 0,
    );
    for (const name of new Set(own.map((row) => row.function))) {
      const rows = own.filter((row) => row.function === name).reduce((sum, row) => sum + row.answered[time], 0);
      const before = known.get(name) ?? { rows: 0, groups: 0 };
      known.set(name, { rows: before.rows + rows, groups: before.groups + 1 });
    }
  }
  return [...known]
    .sort(([nameA, a], [nameB, b]) => b.groups - a.groups || b.rows - a.rows || (nameA < nameB ? -1 : 1))
    .map(([name]) => name);
}

/** The runs of a group, the oldest first. */
export function runsOf({ result }: Scene, group: CurveGroup): MergedRun[] {
  return result.merged.runs.filter(({ run_id }) => group.runs.includes(run_id));
}

/** Rows of a function in a run that have the time. */
export function answeredIn({ result, time }: Scene, runId: string, name: string): number {
  const row = result.figures.find(
    (each) => each.scope === 'function' && each.run_id === runId && each.function === name,
  );
  return row?.answered[time] ?? 0;
}

/** What each group's curve of a function rests on: a line a side, or of many tests from where to where. */
export function restsOn(scene: Scene, name: string): string[] {
  const each = scene.groups.flatMap((group) => {
    const rows = group.runs.map((run) => answeredIn(scene, run, name)).filter((n) => n > 0);
    return rows.length === 0 ? [] : [{ name: group.name, runs: rows.length, rows: rows.reduce((a, b) => a + b) }];
  });
  if (each.length <= 2)
    // the name last: where room is short, the end is cut
    return each.map(({ name: side, runs, rows }) => `${counted(rows, 'row')} in ${counted(runs, 'run')} of ${side}`);
  const rows = each.map((group) => group.rows);
  const runs = each.map((group) => group.runs);
  return [`${each.length} tests, each ${span(rows, 'row')} in ${span(runs, 'run')}`];
}

/** What is drawn, with its unit. */
export function timeTitle({ time }: Scene): string {
  return `${time === 'response_ms' ? 'response time' : 'latency'} (ms, log scale)`;
}
