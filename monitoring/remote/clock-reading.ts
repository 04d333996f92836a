import type { ClockPair } from '../watch.js';

/** One question for the host's time: when it left, when the answer came (both by `monotonicMs()`), and what it said. */
export interface ClockExchange {
  askedMs: number;
  answeredMs: number;
  epochMs: number;
}

/**
 * The host's clock was read somewhere between question and answer. Taking the middle errs by at most half of the round
 * trip, however unlike the two ways are; so the exchange with the shortest round trip tells most.
 * @see Cristian, Probabilistic clock synchronization, Distributed Computing 3, 1989
 * @returns null without an exchange
 */
export function clockPair(exchanges: readonly ClockExchange[]): ClockPair | null {
  let best: ClockExchange | undefined;
  for (const one of exchanges) {
    if (best === undefined || roundTripMs(one) < roundTripMs(best)) best = one;
  }
  if (best === undefined) return null;
  const { askedMs, answeredMs, epochMs } = best;
  return { monotonicMs: (askedMs + answeredMs) / 2, epochMs, uncertaintyMs: roundTripMs(best) / 2 };
}

function roundTripMs({ askedMs, answeredMs }: ClockExchange): number {
  return answeredMs - askedMs;
}

/** Two readings of clocks that run alike differ by less than this beside their uncertainties. */
const TOLERATED_MS = 1;

/**
 * What to tell where a host's clock went otherwise than this machine's between two readings (set by hand or stepped by NTP,
 * or simply too fast); null where the readings agree within their uncertainties and a millisecond.
 */
export function driftNote(name: string, first: ClockPair, last: ClockPair): string | null {
  const driftMs = last.epochMs - first.epochMs - (last.monotonicMs - first.monotonicMs);
  const uncertaintyMs = first.uncertaintyMs + last.uncertaintyMs;
  if (Math.abs(driftMs) <= uncertaintyMs + TOLERATED_MS) return null;
  const overS = (last.monotonicMs - first.monotonicMs) / 1_000;
  const sign = driftMs > 0 ? '+' : '−';
  return `${name}: its clock moved by ${sign}${Math.abs(driftMs).toFixed(1)} ms (± ${uncertaintyMs.toFixed(1)}) against this machine's within ${overS.toFixed(1)} s: what it stamped in between is that uncertain; let NTP keep it`;
}
