import { groupKey, type Group, type TimeColumn } from './comparison.js';
import type { RunFigures } from './run-figures.js';
import type { Sides } from './sides.js';

/** A group on both sides: its figures in each run that has it, and the time that both sides know. */
export interface Pair extends Group {
  baseline: RunFigures[];
  candidate: RunFigures[];
  time: TimeColumn | null;
}

/**
 * Every function that both sides have, and every instance of it where it has several; a function first, then its
 * instances.
 */
export function pairsOf(sides: Sides, figures: RunFigures[]): Pair[] {
  const groups = new Map<string, Pair>();
  for (const figure of figures) {
    const key = groupKey(figure);
    const pair: Pair = groups.get(key) ?? { ...groupOf(figure), baseline: [], candidate: [], time: null };
    for (const side of ['baseline', 'candidate'] as const) {
      if (sides[side].runs.includes(figure.run_id)) pair[side].push(figure);
    }
    groups.set(key, pair);
  }
  const both = [...groups.values()].filter((pair) => pair.baseline.length > 0 && pair.candidate.length > 0);
  // The only instance of a function has the function's own rows: one line says it.
  const shown = both.filter((pair) => pair.scope === 'function' || instancesOf(pair.function, figures).size > 1);
  return shown.map((pair) => ({ ...pair, time: timeOf(pair) })).sort(byFunction);
}

/** A function, or one of several instances of a common function, that only one side has. */
export interface Unpaired extends Group {
  side: 'baseline' | 'candidate';
}

/** What cannot be compared, since the other side did not invoke it; told so that nothing is left out in silence. */
export function unpairedOf(sides: Sides, figures: RunFigures[]): Unpaired[] {
  const of = (side: 'baseline' | 'candidate') => figures.filter((row) => sides[side].runs.includes(row.run_id));
  const found = { baseline: of('baseline'), candidate: of('candidate') };
  const unpaired = (side: 'baseline' | 'candidate') => {
    const others = found[side === 'baseline' ? 'candidate' : 'baseline'];
    const keys = new Set(others.map(groupKey));
    return found[side]
      .filter((row) => !keys.has(groupKey(row)))
      .filter(
        (row) =>
          row.scope === 'function' ||
          // An only instance that goes by another name over there is its function, which is compared.
          (others.some((other) => other.function === row.function) && instancesOf(row.function, found[side]).size > 1),
      )
      .map((row) => ({ ...groupOf(row), side }));
  };
  const all = [...unpaired('baseline'), ...unpaired('candidate')];
  return [...new Map(all.map((row) => [groupKey(row), row])).values()].sort(byFunction);
}

/** Only what names a group. */
export function groupOf({ scope, name, function: of }: Group): Group {
  return { scope, name, function: of };
}

function instancesOf(name: string, figures: RunFigures[]): Set<string> {
  return new Set(figures.filter((row) => row.scope === 'instance' && row.function === name).map((row) => row.name));
}

/** A function first, then its instances. */
function byFunction(a: Group, b: Group): number {
  if (a.function !== b.function) return a.function < b.function ? -1 : 1;
  if (a.scope !== b.scope) return a.scope === 'function' ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** The client's response time; where it waited for no result (non-blocking), the platform's latency. */
function timeOf(pair: Pair): TimeColumn | null {
  const known = (time: TimeColumn) =>
    [pair.baseline, pair.candidate].every((side) => side.some((run) => run.answered[time] > 0));
  return (['response_ms', 'latency_ms'] as const).find(known) ?? null;
}
