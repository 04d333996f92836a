import { ConfigError } from '../common/errors.js';
import { plainText } from '../common/plain-text.js';
import type { Side } from './comparison.js';
import type { Merged, MergedRun } from './merged.js';

export interface SideChoice {
  baseline?: string;
  candidate?: string;
}

export interface Sides {
  baseline: Side;
  candidate: Side;
  /** how the sides were found where nobody named them; null where somebody did */
  chosen: string | null;
}

/**
 * Which runs stand on which side. A side is a test's name (all its runs), a run id, or a tag. Named by nobody: with
 * exactly two tests the one that ran first is the baseline; otherwise there is nothing to compare, and null.
 *
 * @throws ConfigError if only one side is named, a side matches nothing, or a run stands on both
 */
export function resolveSides(choice: SideChoice, merged: Merged): Sides | null {
  if (choice.baseline === undefined && choice.candidate === undefined) return sidesOfTwoTests(merged);
  if (choice.baseline === undefined || choice.candidate === undefined) {
    throw new ConfigError(
      `--baseline and --candidate belong together: name ${choice.baseline === undefined ? 'the baseline' : 'the candidate'} too`,
    );
  }
  const baseline = sideOf(choice.baseline, merged);
  const candidate = sideOf(choice.candidate, merged);
  const both = baseline.runs.find((run) => candidate.runs.includes(run));
  if (both !== undefined) {
    const [run, ...named] = [both, choice.baseline, choice.candidate].map((name) => plainText(name));
    throw new ConfigError(
      `run ${run} stands on both sides (--baseline ${named[0]}, --candidate ${named[1]}); a run cannot be compared with itself`,
    );
  }
  return { baseline, candidate, chosen: null };
}

function sidesOfTwoTests(merged: Merged): Sides | null {
  const tests = [...new Set(merged.runs.map((run) => run.test))];
  if (tests.length !== 2) return null;
  // Runs are sorted by their start, so the test seen first is the older one.
  const [older, newer] = tests as [string, string];
  const chosen = `${older} ran first and is taken as the baseline; --baseline and --candidate choose otherwise`;
  return { baseline: sideOf(older, merged), candidate: sideOf(newer, merged), chosen };
}

function sideOf(label: string, merged: Merged): Side {
  // An archive under a second name is no second run, yet its name may be what somebody means.
  const known = [...merged.runs, ...merged.duplicates];
  const meanings: [what: string, of: (run: MergedRun) => boolean][] = [
    ["a test's name", (run) => run.test === label],
    ['a run id', (run) => run.run_id === label],
    ['a tag', (run) => run.tags.includes(label)],
  ];
  const found = meanings
    .map(([what, of]) => ({ what, runs: [...new Set(known.filter(of).map((run) => run.run_id))] }))
    .filter(({ runs }) => runs.length > 0);
  const [first, ...others] = found;
  const other = others.find(({ runs }) => runs.some((run) => !first!.runs.includes(run)));
  if (first !== undefined && other !== undefined) {
    throw new ConfigError(
      `"${plainText(label)}" is ${first.what} and ${other.what} of other runs; tag one of them otherwise (faaslab archives tag)`,
    );
  }
  if (first !== undefined) return { label, runs: first.runs };
  const tests = [...new Set(known.map((run) => plainText(run.test)))].slice(0, 10).join(', ');
  throw new ConfigError(
    `no test, run or tag is called "${plainText(label)}" among the archives read; the tests are ${tests}`,
  );
}
