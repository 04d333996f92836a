import type { ClockReading } from '../../records/manifest.js';

/** How a host's clock relates to the run's. */
export interface HostClock {
  /** from the host's epoch milliseconds to milliseconds since plan zero */
  toRunMs(hostEpochMs: number): number;
  /** ±; null where the host's clock was never read */
  uncertaintyMs: number | null;
}

/**
 * A host's clock by what it showed beside the run's at the start and at the end: in between its offset is interpolated
 * linearly, outside it is that of the nearest reading.
 *
 * The uncertainty is that of the readings (half a round trip) and all of the change between two neighbours, since nobody
 * saw whether the clock drifted or was set: while it moved in one direction only, the offset was never further than that
 * from the interpolated one.
 *
 * @param startEpochMs the run's clock at plan zero
 * @see Cristian, Probabilistic clock synchronization, Distributed Computing 3, 1989 (offsets by round trips)
 */
export function hostClock(readings: readonly ClockReading[], startEpochMs: number): HostClock {
  const points = readings
    .map(({ at_ms, offset_ms }) => ({ hostMs: startEpochMs + at_ms + offset_ms, offsetMs: offset_ms }))
    .sort((a, b) => a.hostMs - b.hostMs);
  const changes = points.slice(1).map(({ offsetMs }, i) => Math.abs(offsetMs - points[i]!.offsetMs));
  const widest = Math.max(...readings.map(({ uncertainty_ms }) => uncertainty_ms));
  return {
    toRunMs: (hostEpochMs) => hostEpochMs - offsetAt(points, hostEpochMs) - startEpochMs,
    uncertaintyMs: readings.length === 0 ? null : widest + Math.max(0, ...changes),
  };
}

interface Point {
  hostMs: number;
  offsetMs: number;
}

function offsetAt(points: readonly Point[], hostMs: number): number {
  const after = points.findIndex((point) => point.hostMs >= hostMs);
  const next = after === -1 ? points.at(-1) : points[after];
  const previous = after > 0 ? points[after - 1] : next;
  if (next === undefined || previous === undefined) return 0;
  const span = next.hostMs - previous.hostMs;
  const share = span > 0 ? Math.min(1, (hostMs - previous.hostMs) / span) : 0;
  return previous.offsetMs + share * (next.offsetMs - previous.offsetMs);
}
