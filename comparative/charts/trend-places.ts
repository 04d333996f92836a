import type { TrendPoint } from '../curves/trend.js';
import { groupedBy } from '../curves/grouped-by.js';

/** Of the whole axis, how far two points of one run stand apart: about their own width. */
const APART = 1 / 70;

/**
 * Where each point stands on the axis of time, epoch ms: at the start of its run, and where a run has several functions beside
 * each other around it, or their bars would hide one another. Never so far that they pass those of the next run.
 */
export function beside(points: readonly Pick<TrendPoint, 'startEpochMs'>[]): number[] {
  const starts = [...new Set(points.map(({ startEpochMs }) => startEpochMs))].sort((a, b) => a - b);
  const whole = starts.at(-1)! - starts[0]!;
  const gaps = starts.slice(1).map((start, i) => start - starts[i]!);
  const runs = groupedBy([...points.keys()], (i) => String(points[i]!.startEpochMs));
  const most = Math.max(...[...runs.values()].map((own) => own.length));
  const step = Math.min(whole * APART, Math.min(...gaps) / (most + 1));
  const places = points.map(({ startEpochMs }) => startEpochMs);
  for (const own of runs.values())
    for (const [nth, i] of own.entries()) places[i]! += (nth - (own.length - 1) / 2) * step;
  return places;
}
