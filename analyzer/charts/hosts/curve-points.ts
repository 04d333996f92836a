import type { TimeAxis } from '../../time-axis.js';
import type { HostRow } from './row-model.js';
import type { CurveReading } from './readings.js';

/** A point of a curve. */
export interface CurvePoint {
  /** in the unit of the time axis */
  t: number;
  which: string;
  v: number;
  /** what the line is drawn through: the value, or in a stack all below it as well */
  y: number;
  /** where a stacked value begins */
  y0?: number;
  /** a curve is broken between its parts: nothing is known there */
  part: number;
  /** the moment or the time that the value is of, in words */
  when: string;
}

export interface CurvePoints {
  /** of lines and areas */
  points: CurvePoint[];
  /** readings of which neither the one before nor the one after is known: no line goes through them */
  alone: CurvePoint[];
}

/** What lies between two rates is no gap where it is below this share of the time that a rate is over: clocks drift. */
const SAME_SHARE = 0.1;
const SAME_MS = 1;

/** The points of curves that are steps (rates) or lines (levels). @param readings by curve, each in the order of time */
export function curvePoints(
  { kind, stacked }: HostRow,
  readings: ReadonlyMap<string, readonly CurveReading[]>,
  axis: TimeAxis,
): CurvePoints {
  const heightOf = stacked ? stackOf(readings) : ({ v }: CurveReading) => ({ y: v! });
  const found: CurvePoints = { points: [], alone: [] };
  for (const ofCurve of readings.values())
    for (const [part, readingsOfPart] of partsOf(ofCurve, kind !== 'level').entries()) {
      const points = readingsOfPart.flatMap((reading, i) => {
        const { which, from_ms, to_ms, v } = reading;
        const point = { which, v: v!, ...heightOf(reading), part, when: whenOf(reading, axis) };
        const end = { t: onAxis(to_ms, axis), ...point };
        // The left edge of the first step: each further one begins where the one before ends.
        return i === 0 && kind !== 'level' ? [{ t: onAxis(from_ms, axis), ...point }, end] : [end];
      });
      (points.length === 1 ? found.alone : found.points).push(...points);
    }
  return found;
}

/** Without what is not known, at which a curve breaks. */
function partsOf(readings: readonly CurveReading[], overTimes: boolean): CurveReading[][] {
  const parts: CurveReading[][] = [];
  let before: CurveReading | null = null;
  for (const reading of readings) {
    if (reading.v === null) {
      before = null;
      continue;
    }
    const isNext = before !== null && !(overTimes && gapMs(before, reading) > 0);
    if (isNext) parts.at(-1)!.push(reading);
    else parts.push([reading]);
    before = reading;
  }
  return parts;
}

function gapMs(before: CurveReading, { from_ms, to_ms }: CurveReading): number {
  return from_ms - before.to_ms - Math.max(SAME_MS, SAME_SHARE * (to_ms - from_ms));
}

/** Curves lie upon each other in their order. */
function stackOf(readings: ReadonlyMap<string, readonly CurveReading[]>) {
  const heights = new Map<number, number>();
  const places = new Map<CurveReading, { y0: number; y: number }>();
  for (const reading of [...readings.values()].flat()) {
    const y0 = heights.get(reading.to_ms) ?? 0;
    const y = y0 + (reading.v ?? 0);
    heights.set(reading.to_ms, y);
    places.set(reading, { y0, y });
  }
  return (reading: CurveReading) => places.get(reading)!;
}

/** To a hundredth of a millisecond of the shortest axes, and to what a pixel can show of the longest. */
function onAxis(ms: number, { unitMs }: TimeAxis): number {
  return Number((ms / unitMs).toFixed(5));
}

function whenOf({ from_ms, to_ms }: CurveReading, { unitMs, unit }: TimeAxis): string {
  const [from, to] = [from_ms, to_ms].map((ms) => (ms / unitMs).toFixed(3));
  return from_ms === to_ms ? `at ${to} ${unit}` : `${from} to ${to} ${unit}`;
}
