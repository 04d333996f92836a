import type { Estimate } from '../../statistics/estimate.js';
import { amount } from '../cost/amount.js';
import type { Cost, FunctionCost } from '../cost/model.js';
import { grouped, shortTime, wrapped } from './numbers.js';

/** What the run cost and by which table, in a line; one more where the cost leaves something out. */
export function costLines({ table, architecture, basis, total, per_million, note }: Cost, width: number): string[] {
  if (total === null) return wrapped(`cost ${note}`, width);
  const label = `${table.name} ${table.region} ${architecture} ${table.date}`;
  const figures = `${amount(total)} ${table.currency}, a million ${withInterval(per_million)}`;
  const line = `cost ${basis === 'estimate' ? 'estimate ' : ''}${figures} · ${label}`;
  return [...wrapped(line, width), ...(note === null ? [] : wrapped(`cost ${note}`, width))];
}

/** The same of one function, with what it is made of. */
export function functionCostLine({ total, gb_s, init_gb_s, requests, per_million, note }: FunctionCost): string {
  if (total === null) return `cost ${note}`;
  const parts = `${shortTime(gb_s)} GB-s, of them init ${shortTime(init_gb_s)}, ${grouped(requests!)} requests`;
  return `cost ${amount(total)} (${parts}), a million ${withInterval(per_million)}`;
}

function withInterval({ value, low, high, note }: Estimate): string {
  if (value === null) return note ?? '–';
  return low === null ? amount(value) : `${amount(value)} [${amount(low)}, ${amount(high)}]`;
}
