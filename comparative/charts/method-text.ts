import type { Estimate } from '../../statistics/estimate.js';

const METHODS: Record<Estimate['method'], string> = {
  sectioning: 'sectioning (ten sections of each run in the order of time)',
  'block bootstrap': 'the moving-block bootstrap',
  'wilson score': 'Wilson’s score on the effective number of rows',
  'welch t': 'Welch’s t, one figure a run',
  'pooled t': 'Student’s t with the spread between the runs of the side that has several',
  none: 'no method',
};

/** How an interval came about, in words for a caption. */
export function methodText(method: string): string {
  return (METHODS as Record<string, string>)[method] ?? method;
}

/** `a`, `a and b`, `a, b and c` */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}
