import type { Tables } from '../records/tables.js';
import type { Analysis, InvocationPeriod, Moments, SummaryLine } from './analysis.js';
import { namedQuantiles, type TwoQuantiles } from './grouped-rows.js';
import { sqlOf } from './sql.js';

type Line = keyof Analysis['summary'];
type FigureRow = Omit<Moments, 'p50' | 'p99'> & TwoQuantiles & { line: Line; activations: number };

/** Mean, standard deviation, median and p99 of init, execution and latency for all, warm and cold activations. */
export async function summarize(tables: Tables): Promise<Analysis['summary']> {
  const summary = { all: emptyLine(), warm: emptyLine(), cold: emptyLine() };
  for (const metric of ['init_ms', 'execution_ms', 'latency_ms'] as const) {
    const rows = await tables.query<FigureRow>(sqlOf('summary'), { metric });
    for (const { line, activations, ...moments } of rows.map(namedQuantiles)) {
      summary[line].n = activations;
      summary[line][metric] = moments;
    }
  }
  return summary;
}

/**
 * The time from the first to the last start on the platform, and the average rate in it; and how many starts cannot be of
 * this run and were left out. Needs `run_bounds` and `first_starts`.
 */
export async function periodOf(tables: Tables): Promise<{ period: InvocationPeriod; strays: number }> {
  const [row] = await tables.query<InvocationPeriod & { strays: number }>(sqlOf('period'));
  const { strays, ...period } = row!;
  return { period, strays };
}

function emptyLine(): SummaryLine {
  return { n: 0, init_ms: noMoments(), execution_ms: noMoments(), latency_ms: noMoments() };
}

export function noMoments(): Moments {
  return { n: 0, mean: null, std: null, p50: null, p99: null };
}
