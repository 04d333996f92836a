import { logAxis } from './chart.js';

/** Rates that span more than this are drawn on a log scale, or the low ones would lie on each other. */
const LOG_FROM = 12;

export function spansDecades(rates: readonly number[]): boolean {
  return Math.max(...rates) / Math.min(...rates) > LOG_FROM;
}

/** The offered rate from left to right; `ticks` of a linear axis, a log one has its own. */
export function rateAxis(rates: number[], ticks: number): object {
  const log = spansDecades(rates);
  const base = { field: 'rate', type: 'quantitative', title: `offered rate (1/s${log ? ', log scale' : ''})` };
  if (!log) return { ...base, scale: { zero: false, nice: false, padding: 12 }, axis: { tickCount: ticks } };
  const { domain, ticks: values } = logAxis(rates);
  return { ...base, scale: { type: 'log', domain, nice: false }, axis: { values, format: ',~r' } };
}
