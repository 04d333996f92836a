import type { RandomStream } from '../../common/random.js';
import { naturalLog } from './exact-math.js';
import type { NextArrival } from './next-arrival.js';

/** A state of a Markov-modulated Poisson process. */
export interface MmppState {
  /** while the state lasts, ≥ 0 */
  ratePerS: number;
  /** of its exponentially distributed duration, > 0 */
  meanDurationS: number;
}

/**
 * Markov-modulated Poisson process: states follow each other in the order of the list and begin again, each lasts an
 * exponential time, and within one arrivals are Poisson with its rate. Two states, one of rate 0, are on/off bursts.
 * The first state is drawn by its share of the time, meanDuration/Σ meanDuration, so that the process is stationary; what is
 * left of it is exponential again, for it has no memory. Nor have gaps: at a change of state the gap begins anew.
 *
 * @param states at least one of them with a rate > 0
 * @param endS   no arrival after it is asked for, seconds: where rates are tiny, states could change for ever
 * @see Fischer & Meier-Hellstern, The Markov-modulated Poisson process (MMPP) cookbook, Performance Evaluation 18, 1993
 */
export function mmppArrivals(states: readonly MmppState[], endS: number, random: RandomStream): NextArrival {
  const exponential = (): number => -naturalLog(1 - random());
  let state = stationaryState(states, random());
  let at = 0;
  let stateEnds = exponential() * states[state]!.meanDurationS;
  return () => {
    while (at <= endS) {
      const { ratePerS } = states[state]!;
      const next = ratePerS > 0 ? at + exponential() / ratePerS : Infinity;
      if (next <= stateEnds) {
        at = next;
        return at;
      }
      at = stateEnds;
      state = (state + 1) % states.length;
      stateEnds += exponential() * states[state]!.meanDurationS;
    }
    return Infinity;
  };
}

/** The mean rate: each state's by its share of the time. */
export function mmppMeanRate(states: readonly MmppState[]): number {
  const time = states.reduce((sum, { meanDurationS }) => sum + meanDurationS, 0);
  return states.reduce((sum, { ratePerS, meanDurationS }) => sum + ratePerS * (meanDurationS / time), 0);
}

/** @param u from [0, 1) */
function stationaryState(states: readonly MmppState[], u: number): number {
  let left = u * states.reduce((sum, { meanDurationS }) => sum + meanDurationS, 0);
  for (const [i, { meanDurationS }] of states.entries()) {
    if (left < meanDurationS) return i;
    left -= meanDurationS;
  }
  return states.length - 1;
}
