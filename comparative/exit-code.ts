import { EXIT } from '../common/errors.js';
import type { ComparisonResult, Written } from './result.js';

/** The exit code of a comparison; of several reasons the first in the contract's order: failed, invalid, gate. */
export function exitCodeOf(
  { gates, invalid }: Pick<ComparisonResult, 'gates' | 'invalid'>,
  { fault, undrawn = [] }: Pick<Written, 'fault'> & Partial<Pick<Written, 'undrawn'>>,
  { strict }: { strict: boolean },
): number {
  if (fault !== null || undrawn.length > 0) return EXIT.failed;
  if (gates.length === 0) return EXIT.done;
  if (invalid.length > 0) return EXIT.invalid;
  const failed = gates.some(({ verdict }) => verdict === 'fail' || (strict && verdict === 'not enough data'));
  return failed ? EXIT.gate : EXIT.done;
}
