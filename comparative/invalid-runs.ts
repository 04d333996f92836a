import type { Merged } from './merged.js';
import type { Sides } from './sides.js';

/** Runs that no comparison can vouch for: those on the two sides, or all where there are no sides. */
export function invalidRuns(
  merged: Merged,
  sides: Sides | null,
): { run_id: string; test: string; reasons: string[] }[] {
  const compared = sides === null ? null : new Set([...sides.baseline.runs, ...sides.candidate.runs]);
  return merged.runs
    .filter((run) => compared === null || compared.has(run.run_id))
    .flatMap(({ run_id, test, manifest }) => {
      const { verdict, status } = manifest;
      if (verdict?.valid === false) return [{ run_id, test, reasons: verdict.reasons ?? [] }];
      if (status !== 'complete') return [{ run_id, test, reasons: ['the run did not end by itself'] }];
      // Of another version: what nobody judged is not known to be valid.
      if (verdict?.valid !== true) return [{ run_id, test, reasons: ['its manifest has no verdict'] }];
      return [];
    });
}
