import { fittedName } from '../../plotting/name-fitting.js';
import type { MergedRun } from '../merged.js';
import type { ComparisonResult } from '../result.js';
import { counted } from './chart.js';

/** Of more tests than these their number is told. */
const MOST_NAMED = 7;

/** What the pictures of all runs are of: the sides, and what was read beside them; or the tests. */
export function aboutRuns({ sides, merged }: Pick<ComparisonResult, 'sides' | 'merged'>): string {
  if (sides === null) return aboutTests(merged.runs);
  const onSides = new Set([...sides.baseline.runs, ...sides.candidate.runs]);
  const others = merged.runs.filter(({ run_id }) => !onSides.has(run_id));
  const beside = others.length === 0 ? '' : `\u00a0· beside them ${amounts(others)} of other tests`;
  return `${aboutSides({ sides, merged })}${beside}`;
}

/** What the pictures of the comparison are of: the sides, or the tests that are drawn. */
export function aboutGroups(
  { sides, merged }: Pick<ComparisonResult, 'sides' | 'merged'>,
  groups: readonly { runs: string[] }[],
): string {
  if (sides !== null) return aboutSides({ sides, merged });
  return aboutTests(merged.runs.filter(({ run_id }) => groups.some(({ runs }) => runs.includes(run_id))));
}

function aboutSides({
  sides,
  merged,
}: { sides: NonNullable<ComparisonResult['sides']> } & Pick<ComparisonResult, 'merged'>) {
  return (['baseline', 'candidate'] as const)
    .map((side) => {
      const runs = merged.runs.filter(({ run_id }) => sides[side].runs.includes(run_id));
      return `${side} “${sides[side].label}”: ${amounts(runs)}`;
    })
    .join('\u00a0· ');
}

function aboutTests(runs: readonly MergedRun[]): string {
  const tests = [...new Set(runs.map(({ test }) => test))];
  if (tests.length > MOST_NAMED) return `${counted(tests.length, 'test')}: ${amounts(runs)}`;
  return tests
    .map((test) => `“${fittedName(test, 400, { size: 12 })}”: ${amounts(runs.filter((run) => run.test === test))}`)
    .join('\u00a0· ');
}

function amounts(runs: readonly MergedRun[]): string {
  const rows = runs.reduce((sum, run) => sum + run.rows, 0);
  return `${counted(runs.length, 'run')}, ${counted(rows, 'row')}`;
}
