import type { Findings } from './findings.js';
import { pathNameFault } from './path-name.js';
import type { Readable } from './read-fields.js';
import type { ConfigInput } from './schema.js';

/** The name of the test, fit to become a part of a path. */
export function resolveTestName(given: string | undefined, findings: Findings): string {
  if (given === undefined) return '';
  const fault = pathNameFault(given);
  if (fault !== null) findings.error(['test_name'], fault);
  return given;
}

/** The duration, by whichever of its two spellings. Both may stand there with one value. */
export function resolveDuration(given: Readable<ConfigInput>, findings: Findings): number | undefined {
  const { test_duration_in_seconds: usual, test_duration_inseconds: older } = given;
  if (usual !== undefined && older !== undefined && usual !== older) {
    findings.error(
      ['test_duration_in_seconds'],
      `is ${usual}, but test_duration_inseconds is ${older}; leave one of the two out`,
    );
  }
  const duration = usual ?? older ?? undefined;
  const wrong = findings.concerns(['test_duration_in_seconds']) || findings.concerns(['test_duration_inseconds']);
  if (duration === undefined && !wrong) {
    findings.error(['test_duration_in_seconds'], 'is missing; must be a number of seconds > 0 and ≤ 100000000');
  }
  return duration;
}
