import { html, type Html } from '../../plotting/html.js';
import type { Estimate } from '../../statistics/estimate.js';

/** Three significant digits with thousands separated: `0.31`, `41.2`, `1,312`; a dash where nothing is known. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/** A share as a percentage: `2.1 %`, `0.03 %`. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? '–' : `${number(100 * share)} %`;
}

/** `1,234` */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** An estimate with its interval small behind it, or why there is none. */
export function withInterval({ value, low, high, note }: Estimate, show = number): Html {
  if (value === null) return html`<small>${note ?? '–'}</small>`;
  if (low === null || high === null) return html`${show(value)}`;
  return html`${show(value)} <small>[${show(low)}, ${show(high)}]</small>`;
}
