import type { PlanSummary } from '../../workload/model.js';
import { ask, parsed, type Question } from './question.js';

/** What the namespace of a key may do; null where the platform does not tell. */
export interface NamespaceLimits {
  invocationsPerMinute: number | null;
  /** bytes of the body of an invocation */
  maxParameterBytes: number | null;
}

/** Reads `/namespaces/_/limits`. Older platforms do not have it, or leave keys out. */
export async function readLimits(question: Question): Promise<NamespaceLimits> {
  const answer = await ask(question, '/api/v1/namespaces/_/limits');
  const limits = (answer.status === 200 ? parsed(answer) : undefined) as Record<string, unknown> | null | undefined;
  const perMinute = limits?.['invocationsPerMinute'];
  return {
    invocationsPerMinute: typeof perMinute === 'number' ? perMinute : null,
    maxParameterBytes: bytesIn(limits?.['maxParameterSize']),
  };
}

const UNIT_BYTES: Record<string, number> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };

/** A size as OpenWhisk writes it: `1048576 B`, `5 MB`; its MB has 2²⁰ bytes. Null for anything else. */
export function bytesIn(size: unknown): number | null {
  const [, count, unit] = (typeof size === 'string' && /^(\d+) ?([KMG]?B)$/i.exec(size.trim())) || [];
  return count === undefined ? null : Number(count) * UNIT_BYTES[unit!.toUpperCase()]!;
}

/** A warning for a plan whose busiest minute exceeds what the namespace may invoke; none where the limit is not told. */
export function rateWarnings(
  { invocationsPerMinute: allowed }: NamespaceLimits,
  { busiestMinute }: PlanSummary,
): string[] {
  if (allowed === null || busiestMinute <= allowed) return [];
  const share = Math.round((100 * (busiestMinute - allowed)) / busiestMinute);
  return [
    `${busiestMinute.toLocaleString('en')} planned in a minute, ${allowed.toLocaleString('en')} allowed: about ${share} % ` +
      'will be throttled. Raise invocationsPerMinute (and concurrentInvocations) of the namespace with ' +
      'wskadmin limits set, or LIMITS_ACTIONS_INVOKES_PERMINUTE of the controller',
  ];
}
