import { shown, type Findings } from './findings.js';
import type { Readable } from './read-fields.js';
import type { ConfigInput } from './schema.js';

const LONGEST_NAME_BYTES = 100;

/** The name of the test, fit to become a part of a path. */
export function resolveTestName(given: string | undefined, findings: Findings): string {
  if (given === undefined) return '';
  const fault =
    Buffer.byteLength(given) > LONGEST_NAME_BYTES
      ? `must have at most ${LONGEST_NAME_BYTES} bytes, got ${Buffer.byteLength(given)}`
      : /[/\\\0]/.test(given) || given.startsWith('.')
        ? `must hold no slash, backslash or NUL and must not begin with a dot, got ${shown(given)}`
        : undefined;
  if (fault !== undefined) findings.error(['test_name'], fault);
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
