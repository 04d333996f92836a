import type { Group, TimeColumn } from './comparison.js';
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
    const key = JSON.stringify([figure.scope, figure.name, figure.function]);
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
