import type { Comparison } from '../comparison.js';
import { measureName } from '../wording.js';
import { span } from './chart.js';
import { listed, methodText } from './method-text.js';

/** What bars and colours mean, by which method each kind of bar came about, on how much they rest, and what is not drawn. */
export function forestCaption(told: readonly Comparison[], shown: readonly Comparison[]): string {
  const by = methodsOf(shown).map(({ method, measures }) => `of ${listed(measures)} by ${methodText(method)}`);
  return [
    `Bars are 95 % intervals, each for itself: ${by.join('; ')}.`,
    `Each rests on ${sideText(shown, 'baseline')} and ${sideText(shown, 'candidate')}.`,
    onlySingleRuns(shown) ? 'Nothing is known of the spread between runs.' : '',
    '“Worse” and “better” are said only where the p value, corrected for all comparisons made (Holm), is below 5 %; a grey bar may leave out the line and still not count.',
    shown.length < told.length
      ? `${shown.length} of ${told.length} comparisons are drawn, those with the smallest p values; the report’s table and --json have all.`
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** `5 runs with 1,200 to 1,400 rows of the baseline` */
function sideText(shown: readonly Comparison[], side: 'baseline' | 'candidate'): string {
  const of = (what: 'runs' | 'rows') => shown.map((comparison) => comparison[what][side]);
  return `${span(of('runs'), 'run')} with ${span(of('rows'), 'row')} of the ${side}`;
}

function onlySingleRuns(shown: readonly Comparison[]): boolean {
  return shown.every(({ runs }) => runs.baseline === 1 && runs.candidate === 1);
}

/** Each method with its measures; of a measure that has several, `some errors`. */
function methodsOf(shown: readonly Comparison[]): { method: string; measures: string[] }[] {
  const pairs = new Set(shown.map((comparison) => JSON.stringify([comparison.change.method, measureName(comparison)])));
  const all = [...pairs].map((pair) => JSON.parse(pair) as [method: string, measure: string]);
  const several = (measure: string) => all.filter((pair) => pair[1] === measure).length > 1;
  return [...new Set(all.map(([method]) => method))].map((method) => ({
    method,
    measures: all
      .filter((pair) => pair[0] === method)
      .map(([, measure]) => (several(measure) ? `some ${measure}` : measure)),
  }));
}
