import { shown } from '../common/shown.js';
import type { Findings, JsonPath } from './findings.js';
import type { RatePoint, RateProfile } from './rate-profile.js';
import type { Readable } from './read-fields.js';
import type { InstanceInput } from './schema-instance.js';

type GivenRate = NonNullable<Readable<InstanceInput>['rate']>;

const KINDS = ['steps', 'ramp', 'sinusoid'] as const;

/** A rate, or a profile of exactly one kind that can be; undefined where it cannot, and findings say why. */
export function resolveRate(given: GivenRate, at: JsonPath, findings: Findings): number | RateProfile | undefined {
  if (typeof given === 'number') return given;
  const kinds = KINDS.filter((kind) => given[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    if (!findings.concerns(at)) {
      const got = kind === undefined ? 'none of them' : kinds.join(' and ');
      findings.error(at, `a profile has exactly one of ${KINDS.join(', ')}; here is ${got}`);
    }
    return undefined;
  }
  if (kind === 'sinusoid') return resolveSinusoid(given.sinusoid!, [...at, kind], findings);
  const points = given[kind] as RatePoint[];
  const fault = faultOf(points);
  if (fault !== undefined) findings.error([...at, kind], fault);
  return { kind, points };
}

function faultOf(points: readonly RatePoint[]): string | undefined {
  if (points.length === 0) return 'is empty; give at least one pair [t_s, rate]';
  if (points[0]![0] !== 0)
    return `must begin at second 0, so that the rate is known from the start; got ${points[0]![0]}`;
  const late = points.findIndex(([timeS], i) => i > 0 && timeS <= points[i - 1]![0]);
  if (late < 0) return undefined;
  return `times must ascend: ${shown(points[late])} follows ${shown(points[late - 1])}`;
}

function resolveSinusoid(
  { mean, amplitude, period_s: periodS }: { mean?: number; amplitude?: number; period_s?: number },
  at: JsonPath,
  findings: Findings,
): RateProfile | undefined {
  if (mean === undefined || amplitude === undefined || periodS === undefined) return undefined;
  if (amplitude > mean) {
    findings.error(
      [...at, 'amplitude'],
      `must be at most the mean ${mean}, or the rate would be negative; got ${amplitude}`,
    );
  }
  return { kind: 'sinusoid', meanPerS: mean, amplitudePerS: amplitude, periodS };
}
