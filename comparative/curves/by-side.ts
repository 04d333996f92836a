import type { Sides } from '../sides.js';

/** What is said of runs of a category that stand on no side while others of it do. */
const NEITHER = 'neither side';

/**
 * Cuts a series that runs of both sides are part of into one a side: a line through both would be neither's. It stays whole where
 * nothing of it is left after the cut, as with sides that were each run at one rate.
 *
 * @param runOf  the run that a point is of
 * @param stands whether a part of the series can be drawn by itself
 * @returns the parts with the label of their side, or the whole with null
 */
export function bySide<Point>(
  points: readonly Point[],
  sides: Sides | null,
  runOf: (point: Point) => string,
  stands: (part: readonly Point[]) => boolean,
): { side: string | null; points: Point[] }[] {
  const whole = [{ side: null, points: [...points] }];
  if (sides === null) return whole;
  const parts = [sides.baseline, sides.candidate].map(({ label, runs }) => ({
    side: label,
    points: points.filter((point) => runs.includes(runOf(point))),
  }));
  const onSides = parts.flatMap((part) => part.points);
  if (parts.filter((part) => part.points.length > 0).length < 2 || !parts.some((part) => stands(part.points)))
    return whole;
  const others = { side: NEITHER, points: points.filter((point) => !onSides.includes(point)) };
  return [...parts, others].filter((part) => stands(part.points));
}
