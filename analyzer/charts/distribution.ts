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

/** Every percent up to p90, then twenty steps for each factor of ten in rarity, so that the tail is as smooth as the rest. */
const CURVE = [
  ...Array.from({ length: 90 }, (_, i) => (i + 1) / 100),
  ...Array.from({ length: 80 }, (_, i) => Number((1 - 10 ** (-1 - (i + 1) / 20)).toPrecision(7))),
];
const BAND = [
  0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999,
  0.9999,
];
/** Above this many rows the sections are summed up in the database instead of being read. */
const ROWS_READ = 20_000;

interface Quantiles {
  name: string;
  n: number;
  /** in the order in which they were asked for */
  at: number[];
}

/** The distributions of the functions with the most invocations; functions without a latency are left out. */
export async function distributionsOf(source: ChartSource): Promise<Distribution[]> {
  const { tables, latency, functions } = source;
  const rows = await tables.query<Quantiles>(
    manyQuantiles(
      `SELECT function AS name, 0 AS section, ${latency.drawn} AS ms FROM joined WHERE ${latency.column} IS NOT NULL`,
      [0, ...CURVE, ...BAND, 1],
    ),
  );
  const byName = new Map(rows.map((row) => [row.name, row]));
  const shown = functions.slice(0, SHOWN_FUNCTIONS).flatMap((name) => byName.get(name) ?? []);
  const sections = shown.some(({ n }) => n > ROWS_READ) ? await sectionQuantiles(source) : [];
  return Promise.all(
    shown.map(async (row) => ({
      name: row.name,
      n: row.n,
      most: row.at.at(-1)!,
      curve: curveOf(row),
      band: row.n > ROWS_READ ? bandBySections(row, sections) : await bandByEstimates(source, row.name),
    })),
  );
}

function curveOf({ n, at }: Quantiles): CurvePoint[] {
  const seen = CURVE.map((p, i) => ({ p, ms: at[1 + i]!, sparse: (1 - p) * n < 10 - 1e-6 }));
  // Beyond the largest value but one a quantile only repeats the largest.
  return [{ p: 0, ms: at[0]!, sparse: n < 10 }, ...seen.filter(({ p }) => (1 - p) * n >= 1 - 1e-6)];
}

async function bandByEstimates({ tables, latency, analysis }: ChartSource, name: string): Promise<BandPoint[]> {
  const rows = await tables.query<{ ms: number }>(
    `SELECT ${latency.drawn} AS ms FROM joined WHERE function = $name AND ${latency.column} IS NOT NULL ORDER BY seq`,
    { name },
  );
  const values = Float64Array.from(rows, ({ ms }) => ms);
  return BAND.flatMap((p) => {
    const { low, high } = estimateQuantile(values, p, { seed: analysis.manifest.seed });
    return low === null || high === null ? [] : [{ p, low, high }];
  });
}

type SectionQuantiles = Pick<Quantiles, 'name' | 'at'>;

/** Quantiles at BAND of each tenth of each function's rows, in the order of the plan. */
async function sectionQuantiles({ tables, latency }: ChartSource): Promise<SectionQuantiles[]> {
  return tables.query(
    manyQuantiles(
      `SELECT function AS name, ntile(${SECTIONS}) OVER (PARTITION BY function ORDER BY seq) AS section, ${latency.drawn} AS ms
       FROM joined WHERE ${latency.column} IS NOT NULL`,
      BAND,
    ),
  );
}

/**
 * Quantiles of each (name, section), linearly interpolated (type 7). One sort for all of them, where quantile_cont would
 * select anew for each: 1.5 s instead of 4.7 s for 190 quantiles of a million rows.
 * @param rows a select of name, section and ms
 */
function manyQuantiles(rows: string, ps: readonly number[]): string {
  return `
    WITH values AS (${rows}),
    wanted AS (
      SELECT name, section, n, p, place, floor((n - 1) * p + 1e-9)::BIGINT AS rank
      FROM (
        SELECT name, section, n, unnest(ps) AS p, generate_subscripts(ps, 1) AS place
        FROM (SELECT name, section, count(*) AS n, [${ps.join(', ')}]::DOUBLE[] AS ps FROM values GROUP BY name, section)
      )
    ),
    ranked AS (
      SELECT *, row_number() OVER ascending - 1 AS rank, lead(ms) OVER ascending AS next
      FROM values WINDOW ascending AS (PARTITION BY name, section ORDER BY ms)
    )
    SELECT name, max(n) AS n, list(ms + greatest(0, (n - 1) * p - rank) * (coalesce(next, ms) - ms) ORDER BY place) AS at
    FROM wanted JOIN ranked USING (name, section, rank) GROUP BY name, section`;
}

/** The same sectioning as estimateQuantile's, with the quantiles of the sections taken in the database. */
function bandBySections({ name, n, at }: Quantiles, sections: readonly SectionQuantiles[]): BandPoint[] {
  const own = sections.filter((section) => section.name === name);
  return BAND.flatMap((p, i) => {
    if (n * Math.min(p, 1 - p) < 20 * SECTIONS) return [];
    const logs = own.map((section) => Math.log(section.at[i]!));
    const [low, high] = tInterval(sectionedFrom(Math.log(at[1 + CURVE.length + i]!), logs));
    return [{ p, low: Math.exp(low), high: Math.exp(high) }];
  });
}
