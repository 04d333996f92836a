import type { Manifest } from '../records/manifest.js';
import type { Tables } from '../records/tables.js';
import type { StatRow } from './analysis.js';
import { plannedLoads, unionSeconds, type PlannedLoad } from './planned-load.js';
import { sqlOf } from './sql.js';

type Served = Pick<StatRow, 'scope' | 'name' | 'function' | 'planned' | 'ok' | 'failed' | 'dropped' | 'lost'> & {
  served: number;
  /** rows planned before the last moment that an interrupted run reached */
  before_reached: number;
  /** ms since plan zero */
  first_start_ms: number | null;
  last_end_ms: number | null;
};

/**
 * The stat table: a row an instance and a row a function.
 * Of an interrupted run, the windows end with the last row that it reached, and the rate is of the rows before it.
 * rate = planned rows over the union of its windows; throughput = 1000·n/(last end − min(first start, window start));
 * rel_stress = rate/throughput. Needs `run_clock`. Where no activation is known, times and n are the client's.
 */
export async function statRows(tables: Tables, manifest: Manifest): Promise<StatRow[]> {
  const loadOf = plannedLoads(manifest.config);
  const reachedMs = await reachedOf(tables, manifest);
  const served = await tables.query<Served>(sqlOf('stat'), { reached_ms: reachedMs });
  return served.map(({ served, before_reached, first_start_ms, last_end_ms, ...counts }) => {
    const loads = instancesOf(manifest, counts).map(loadOf);
    const windows = loads.map(({ windowS }) => windowS);
    const seconds = unionSeconds(
      reachedMs === null ? windows : windows.map((window) => upTo(window, reachedMs / 1000)),
    );
    const planned = reachedMs === null ? counts.planned : before_reached;
    const rate = seconds > 0 ? planned / seconds : null;
    const windowStartMs = 1000 * Math.min(...windows.map(([from]) => from));
    const throughput = throughputOf(served, first_start_ms, last_end_ms, windowStartMs);
    return {
      ...counts,
      distribution: distributionOf(loads),
      rate,
      configured_rate: configuredRateOf(loads),
      throughput,
      rel_stress: rate === null || throughput === null ? null : rate / throughput,
    };
  });
}

/** When an interrupted run's last row was planned; null of a run that went to its end. */
async function reachedOf(tables: Tables, { status }: Pick<Manifest, 'status'>): Promise<number | null> {
  if (status !== 'interrupted') return null;
  const [row] = await tables.query<{ ms: number | null }>('SELECT max(planned_ms) AS ms FROM joined');
  return row!.ms;
}

function upTo([from, to]: [number, number], endS: number): [number, number] {
  return [Math.min(from, endS), Math.min(to, endS)];
}

/** Also those whose windows passed without an invocation: they are part of the time over which a rate is taken. */
function instancesOf({ instances }: Manifest, { scope, name }: Pick<Served, 'scope' | 'name'>): string[] {
  return scope === 'instance'
    ? [name]
    : instances.filter((instance) => instance.function === name).map((instance) => instance.name);
}

function throughputOf(n: number, firstMs: number | null, lastMs: number | null, windowStartMs: number): number | null {
  if (firstMs === null || lastMs === null) return null;
  const spanMs = lastMs - Math.min(firstMs, windowStartMs);
  return spanMs > 0 ? (1000 * n) / spanMs : null;
}

/** A function that several instances invoke may have several: `Poisson + Uniform`. */
function distributionOf(loads: PlannedLoad[]): string | null {
  const names = new Set(loads.flatMap(({ distribution }) => (distribution === null ? [] : [distribution])));
  return names.size === 0 ? null : [...names].sort().join(' + ');
}

/** Rates add up only where they act at the same time. */
function configuredRateOf(loads: PlannedLoad[]): number | null {
  const [first, ...others] = loads;
  const sameWindow = others.every(({ windowS }) => windowS.every((end, i) => end === first!.windowS[i]));
  const rates = loads.map(({ ratePerS }) => ratePerS);
  if (!sameWindow || rates.includes(null)) return null;
  return rates.reduce<number>((sum, rate) => sum + rate!, 0);
}
