import { threeDigits } from '../wording.js';
import type { Frame } from './load-panels.js';

/** Height of a line of labels, px. */
const LINE = 14;

/** A dashed line at the knee of each curve, in its colour. */
export function kneeLines({ x, color, curves }: Frame): object[] {
  const values = curves.flatMap(({ series, knee }) => (knee === null ? [] : [{ series, rate: knee.rate }]));
  if (values.length === 0) return [];
  return [{ data: { values }, mark: { type: 'rule', strokeDash: [4, 4], strokeWidth: 1.5 }, encoding: { x, color } }];
}

/** What the lines mean, at the top, one below the other so that knees at one rate can be read. */
export function kneeLabels({ x, color, curves }: Frame): object[] {
  const values = curves
    .filter(({ knee }) => knee !== null)
    .map(({ series, knee }, i) => ({
      series,
      rate: knee!.rate,
      at: LINE / 2 + i * LINE,
      text: `knee ${threeDigits(knee!.rate)}/s (next ${threeDigits(knee!.next)})`,
    }));
  if (values.length === 0) return [];
  return [
    {
      data: { values },
      mark: { type: 'text', align: 'right', dx: -5 },
      encoding: { x, y: { field: 'at', type: 'quantitative', scale: null }, text: { field: 'text' }, color },
    },
  ];
}
