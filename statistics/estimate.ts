/** A figure with its interval. Where there are too few samples the value or the interval is null and the note says why. */
export interface Estimate {
  value: number | null;
  /** ends of the 95 % interval */
  low: number | null;
  high: number | null;
  /** rows (or runs) it rests on */
  n: number;
  method: 'sectioning' | 'block bootstrap' | 'wilson score' | 'welch t' | 'pooled t' | 'none';
  note: string | null;
}
