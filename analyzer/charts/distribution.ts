import { estimateQuantile } from '../../statistics/intervals.js';
import { sectionedFrom, SECTIONS, tInterval } from '../../statistics/sectioning.js';
import { SHOWN_FUNCTIONS, type ChartSource } from './chart.js';

/** A function's latencies as a curve of quantiles with an interval at some of them. */
export interface Distribution {
  name: string;
  n: number;
  most: number;
  curve: CurvePoint[];
  band: BandPoint[];
}

export interface CurvePoint {
  p: number;
  ms: number;
  /** fewer than ten rows lie beyond: what was seen, not an estimate */
  sparse: boolean;
}

export interface BandPoint {
  p: number;
  low: number;
  high: number;
}

const CURVE = [
  ...Array.from({ length: 99 }, (_, i) => (i + 1) / 100),
  0.992,
  0.994,
  0.995,
  0.996,
  0.998,
  0.999,
  0.9992,
  0.9995,
  0.9998,
  0.9999,
  0.99999,
];
const BAND = [
  0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999,
  0.9999,
];
/** Above this many rows the sections are summed up in the database instead of being read. */
const ROWS_READ = 20_000;

/** The distributions of the functions with the most invocations; functions without a latency are left out. */
export async function distributionsOf(source: ChartSource): Promise<Distribution[]> {
  const { tables, latency, functions } = source;
  const rows = await tables.query<{ name: string; n: number; curve: number[]; least: number; most: number }>(
    `SELECT function AS name, count(*) AS n, min(ms) AS least, max(ms) AS most,
            quantile_cont(ms, [${CURVE.join(', ')}]) AS curve
     FROM (SELECT function, ${latency.column} AS ms FROM joined WHERE ${latency.column} > 0) GROUP BY function`,
  );
  const byName = new Map(rows.map((row) => [row.name, row]));
  const distributions: Distribution[] = [];
  for (const name of functions.slice(0, SHOWN_FUNCTIONS)) {
    const row = byName.get(name);
    if (row === undefined) continue;
    const seen = CURVE.map((p, i) => ({ p, ms: row.curve[i]!, sparse: (1 - p) * row.n < 10 - 1e-6 }));
    distributions.push({
      name,
      n: row.n,
      most: row.most,
      // Beyond the largest value but one a quantile only repeats the largest.
      curve: [{ p: 0, ms: row.least, sparse: row.n < 10 }, ...seen.filter(({ p }) => (1 - p) * row.n >= 1 - 1e-6)],
      band: row.n > ROWS_READ ? await bandBySections(source, name, row.n) : await bandByEstimates(source, name),
    });
  }
  return distributions;
}

async function bandByEstimates({ tables, latency, analysis }: ChartSource, name: string): Promise<BandPoint[]> {
  const rows = await tables.query<{ ms: number }>(
    `SELECT ${latency.column} AS ms FROM joined WHERE function = $name AND ${latency.column} > 0 ORDER BY planned_ms, seq`,
    { name },
  );
  const values = Float64Array.from(rows, ({ ms }) => ms);
  return BAND.flatMap((p) => {
    const { low, high } = estimateQuantile(values, p, { seed: analysis.manifest.seed });
    return low === null || high === null ? [] : [{ p, low, high }];
  });
}

/** The same sectioning as estimateQuantile's, with the quantiles of the sections taken in the database. */
async function bandBySections({ tables, latency }: ChartSource, name: string, n: number): Promise<BandPoint[]> {
  const ps = BAND.filter((p) => n * Math.min(p, 1 - p) >= 20 * SECTIONS);
  const ranked = `SELECT ${latency.column} AS ms, ntile(${SECTIONS}) OVER (ORDER BY planned_ms, seq) AS section
                  FROM joined WHERE function = $name AND ${latency.column} > 0`;
  const quantiles = `quantile_cont(ms, [${ps.join(', ')}]) AS qs`;
  const sections = await tables.query<{ qs: number[] }>(`SELECT ${quantiles} FROM (${ranked}) GROUP BY section`, {
    name,
  });
  const [whole] = await tables.query<{ qs: number[] }>(`SELECT ${quantiles} FROM (${ranked})`, { name });
  return ps.map((p, i) => {
    const logs = sections.map(({ qs }) => Math.log(qs[i]!));
    const [low, high] = tInterval(sectionedFrom(Math.log(whole!.qs[i]!), logs));
    return { p, low: Math.exp(low), high: Math.exp(high) };
  });
}
