import { threeDigits } from '../wording.js';
import type { Frame } from './load-panels.js';

/** Height of a line of labels, px. */
const LINE = 14;

/** A dashed line at the knee of each curve, in its colour. */
export function kneeLines({ x, marks: { color }, curves }: Frame): object[] {
  const values = curves.flatMap(({ series, knee }) => (knee === null ? [] : [{ series, rate: knee.rate }]));
  if (values.length === 0) return [];
  return [{ data: { values }, mark: { type: 'rule', strokeDash: [4, 4], strokeWidth: 1.5 }, encoding: { x, color } }];
}

/** What the lines mean, at the top, one below the other so that knees at one rate can be read. */
export function kneeLabels({ x, curves }: Frame): object[] {
  const several = curves.length > 1;
  const middle = Math.sqrt(extent(curves, Math.min) * extent(curves, Math.max));
  const values = curves
    .filter(({ knee }) => knee !== null)
    .map(({ series, knee }, i) => ({
      series,
      rate: knee!.rate,
      at: LINE / 2 + i * LINE,
      text: `knee${several ? ` of ${series}:` : ''} ${threeDigits(knee!.rate)}/s (next ${threeDigits(knee!.next)})`,
    }));
  // On the side of its line where there is more room. In the colour of text: the lighter series could not be read.
  return [
    { of: values.filter(({ rate }) => rate > middle), mark: { align: 'right', dx: -5 } },
    { of: values.filter(({ rate }) => rate <= middle), mark: { align: 'left', dx: 5 } },
  ]
    .filter(({ of }) => of.length > 0)
    .map(({ of, mark }) => ({
      data: { values: of },
      mark: { type: 'text', ...mark },
      encoding: { x, y: { field: 'at', type: 'quantitative', scale: null }, text: { field: 'text' } },
    }));
}

function extent(curves: Frame['curves'], of: (...rates: number[]) => number): number {
  return of(...curves.flatMap(({ levels }) => levels.map(({ rate }) => rate)));
}
