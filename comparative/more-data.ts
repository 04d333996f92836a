import { moreNeeded, type Foresight, type Reach } from '../statistics/foresight.js';
import { leastRowsForInterval } from '../statistics/intervals.js';
import { isOfTime, QUANTILES, type Comparison } from './comparison.js';
import { LEAST_SERVED } from './throughput.js';

/** How many more on each side would decide. */
export interface MoreData {
  more: number;
  unit: Foresight['unit'];
}

/** A side of fewer runs hardly knows the spread between them. */
const LEAST_RUNS = 3;

/**
 * How many more runs (or rows, of one run a side) would let an interval decide, and in words.
 * @param enough whether an interval with such a reach decides; on the comparison's scale, logarithms for ratios
 * @returns      null where none would
 */
export function dataToDecide(foresight: Foresight, enough: (reach: Reach) => boolean): MoreData | null {
  const more = moreNeeded(foresight, enough);
  return more === null ? null : { more, unit: foresight.unit };
}

/** `about 140 more runs a side`; of two runs a side as far as these can tell. */
export function moreText({ more, unit }: MoreData, { runs }: Pick<Comparison, 'runs'>): string {
  const text = `about ${rounded(more)} more ${unit}${more === 1 ? '' : 's'} a side`;
  const most = Math.max(runs.baseline, runs.candidate);
  return unit === 'run' && most < LEAST_RUNS ? `${text} (a rough guess: ${most} runs hardly tell their spread)` : text;
}

/** Rows that are missing before there can be an interval at all, one run a side; null where that is not what is missing. */
export function dataForInterval({ measure, runs, rows }: Comparison): MoreData | null {
  if (runs.baseline !== 1 || runs.candidate !== 1) return null;
  const least = isOfTime(measure)
    ? leastRowsForInterval(QUANTILES[measure])
    : measure === 'throughput'
      ? LEAST_SERVED
      : 0;
  const more = least - Math.min(rows.baseline, rows.candidate);
  return more > 0 ? { more, unit: 'row' } : null;
}

/** Up, to two digits that count: what is named must not be too little. */
function rounded(n: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(n)) - 1);
  return (Math.ceil(n / step) * step).toLocaleString('en-US');
}
