/**
 * Draws the next arrival of one instance, in seconds since plan zero; never smaller than the one before.
 * Infinity = no more. A plain function and not a generator, because a plan may have a hundred million rows.
 */
export type NextArrival = () => number;

/** Arrivals of a renewal process that starts at zero: each is the one before plus a fresh gap, in seconds. */
export function afterGaps(nextGap: () => number): NextArrival {
  let at = 0;
  return () => (at += nextGap());
}

/** What a rate of zero asks for. */
export const noArrivals: NextArrival = () => Infinity;
