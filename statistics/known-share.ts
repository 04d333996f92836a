import type { Estimate } from './estimate.js';

/** Up to this share of executions may be unknown before the share of the known ones says nothing of all. */
const MOST_UNKNOWN = 0.01;

/**
 * What makes an execution known is not the same for both kinds: a cold one tells its init, a warm one is known by its wait
 * alone. Where records lack waits, the known ones are mostly cold, and their share is that of no run. So with more than 1 %
 * of the executions unknown there is no number but the reason.
 */
export function shareOfKnown(share: Estimate, cold: number, unknown: number): Estimate {
  const note = whyNoShare(share.n, cold, unknown);
  return note === null ? share : { value: null, low: null, high: null, n: share.n, method: 'none', note };
}

/** Null where the known ones stand for all, or where none is known, which says itself. */
export function whyNoShare(known: number, cold: number, unknown: number): string | null {
  if (known === 0 || unknown <= MOST_UNKNOWN * (known + unknown)) return null;
  const count = (n: number): string => n.toLocaleString('en-US');
  return `known of ${count(known)} of ${count(known + unknown)} executions only (${count(cold)} cold), which may be of one kind`;
}
