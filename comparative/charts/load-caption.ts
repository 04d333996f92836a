import { LEAST_RATES } from '../curves/knee.js';
import type { LoadCurve } from '../curves/loads.js';
import { span } from './chart.js';

/** What a point and a line of the load curve are, on how much they rest, and the rule by which the knee was looked for. */
export function loadCaption(all: readonly LoadCurve[], shown: readonly LoadCurve[]): string {
  const runs = shown.flatMap(({ levels }) => levels.map((level) => level.runs));
  const rows = shown.flatMap(({ points }) => points.map((point) => point.rows));
  return [
    `Each point is a function in a run of ${span(rows, 'row')}; lines join the medians of the runs at one rate (${span(runs, 'run')} each) and have no interval.`,
    'Grey lines: where a platform that keeps up would lie, throughput = rate and rel_stress = rate ÷ throughput = 1.',
    shown.some(({ side }) => side !== null) ? 'Each side is drawn for itself.' : '',
    kneeText(shown),
    shown.length < all.length
      ? `${shown.length} of ${all.length} curves are drawn: those with the most rates, then the most runs.`
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** The rule in words, and what it found. */
function kneeText(curves: readonly LoadCurve[]): string {
  const rule =
    'the offered rate with the greatest throughput ÷ mean response time (power, after Kleinrock), beyond which more load costs more time than it buys throughput; its resolution is that of the rates';
  if (curves.some(({ knee }) => knee !== null)) return `Dashed: the knee, ${rule}.`;
  if (curves.every(({ levels }) => levels.length < LEAST_RATES))
    return `No knee is looked for with fewer than ${LEAST_RATES} rates.`;
  return `No knee was found: ${rule}, and it must lie between the lowest and the highest rate and be followed by a fall of a third.`;
}
