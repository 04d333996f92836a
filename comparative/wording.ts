import { plainText } from '../common/plain-text.js';
import type { Comparison, Measure } from './comparison.js';
import { ONE_RUN_NOTE } from './single-runs.js';

/** How a measure is called on a page: `response p99`, `errors`. */
export function measureName({ measure, time }: Pick<Comparison, 'measure' | 'time'>): string {
  const names: Partial<Record<Measure, string>> = { cold_share: 'cold starts', error_rate: 'errors', cost: 'cost' };
  if (time === null) return names[measure] ?? measure;
  return `${time === 'response_ms' ? 'response' : 'latency'} ${measure}`;
}

/** `hello`, or `instance1 of hello`, as it may stand in a line: names come from archives, and may hold anything. */
export function groupName({ scope, name, function: of }: Pick<Comparison, 'scope' | 'name' | 'function'>): string {
  return plainText(scope === 'function' ? name : `${name} of ${of}`);
}

/** `+18 %`, `+0.3 pp`, `×2.4`: a change as it is read aloud. */
export function changeText({ by, change }: Pick<Comparison, 'by' | 'change'>): string {
  if (change.value === null) return '–';
  if (by === 'difference') return `${signed(100 * change.value)} pp`;
  return change.value >= 2 ? `×${threeDigits(change.value)}` : `${signed(percent(change.value))} %`;
}

/** Where nothing changed, in the words of `intervalText`: a ratio's interval then holds 1, a percentage's 0. */
export function noChangeText({ by, change }: Pick<Comparison, 'by' | 'change'>): string {
  return by === 'ratio' && change.value! >= 2 ? '×1' : '0';
}

/** `[+9, +28]`, in the unit of the change beside it. */
export function intervalText({ by, change }: Pick<Comparison, 'by' | 'change'>): string {
  if (change.low === null || change.high === null) return 'no interval';
  if (by === 'ratio' && change.value! >= 2) return `[×${threeDigits(change.low)}, ×${threeDigits(change.high)}]`;
  const of = by === 'ratio' ? percent : (value: number) => 100 * value;
  return `[${signed(of(change.low))}, ${signed(of(change.high))}]`;
}

/** The other of ratio and difference, with its interval: `+3.2 ms [+1.1, +5.4]`, `×1.8 [×1.1, ×2.9]`. */
export function otherText(comparison: Pick<Comparison, 'measure' | 'by' | 'other'> & OfUnit): string {
  const { by, other } = comparison;
  const { value, low, high } = other;
  if (value === null) return '–';
  const of = (each: number) => (by === 'ratio' ? signedDigits(each) : `×${threeDigits(each)}`);
  const interval = low === null || high === null ? '' : ` [${of(low)}, ${of(high)}]`;
  return `${of(value)}${by === 'ratio' ? ` ${unitOf(comparison)}` : ''}${interval}`;
}

function signedDigits(value: number): string {
  return `${value < 0 ? '−' : value > 0 ? '+' : ''}${threeDigits(Math.abs(value))}`;
}

/** What is told of a figure's own unit; costs have that of their table of prices. */
type OfUnit = Pick<Comparison, 'measure'> & Partial<Pick<Comparison, 'cost_basis'>>;

function unitOf({ measure, cost_basis: basis }: OfUnit): string {
  // The basis begins with the currency.
  if (measure === 'cost')
    return typeof basis === 'string' ? `${plainText(basis.split(',')[0]!)} a million` : 'a million';
  return measure === 'throughput' ? '/s' : 'ms';
}

/** A side's own figure with its unit: `41.2 ms`, `2.1 %`, `49.8 /s`, `0.41 USD a million`. */
export function figureText(comparison: Pick<Comparison, 'measure' | 'by'> & OfUnit, value: number | null): string {
  const { by } = comparison;
  if (value === null) return '–';
  if (by === 'difference') return `${threeDigits(100 * value)} %`;
  return `${threeDigits(value)} ${unitOf(comparison)}`;
}

/** Method and n; where there is no interval, why; what must be known of it: `welch t, 5 and 5 runs`. */
export function byText({ change, runs, rows }: Pick<Comparison, 'change' | 'runs' | 'rows'>): string {
  if (change.method === 'none') return change.note ?? '';
  const single = runs.baseline === 1 && runs.candidate === 1;
  const n = single
    ? `${rows.baseline.toLocaleString('en-US')} and ${rows.candidate.toLocaleString('en-US')} rows`
    : `${runs.baseline} and ${runs.candidate} runs`;
  const note = change.note === null || change.note === ONE_RUN_NOTE ? '' : `; ${change.note}`;
  return `${change.method}, ${n}${note}`;
}

/** A p value as it may be told: never 0. */
export function pText(p: number): string {
  if (p < 0.001) return '< 0.001';
  return p.toFixed(p < 0.1 ? 3 : 2);
}

/** `1 run`, `5 runs`. */
export function countText(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

/** Three digits that count, without exponents: 0.0123, 1.23, 123, 12,345. */
export function threeDigits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const decimals = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals });
}

function percent(ratio: number): number {
  return 100 * (ratio - 1);
}

/** Two digits that count, down to hundredths, with its sign; a true minus, as in print. */
function signed(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 10 ? 0 : size >= 1 ? 1 : 2;
  const text = size.toLocaleString('en-US', { maximumFractionDigits: decimals });
  if (text === '0') return '0';
  return `${value < 0 ? '−' : '+'}${text}`;
}
