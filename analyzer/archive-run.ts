import { writeArchive } from '../records/write-archive.js';
import type { AnalyzedRun } from './analyze.js';
import type { Cost } from './cost/model.js';
import { monitorSelects } from './monitors/monitoring.js';
import { plannedLoads } from './planned-load.js';

/** Keeps an analysed run under `root`. @returns the archive's folder */
export function archiveRun(root: string, { analysis, tables }: AnalyzedRun): Promise<string> {
  const { manifest, test_name: test, cost, monitoring } = analysis;
  const stat = analysis.stat.map((row) => ({
    ...row,
    ...(row.scope === 'function' ? costColumns(cost, row.name) : {}),
  }));
  const loadOf = plannedLoads(manifest.config);
  const instances = Object.entries((manifest.config['instances'] ?? {}) as Record<string, Record<string, unknown>>);
  const config = instances.map(([instance, given]) => {
    const { distribution, ratePerS, windowS } = loadOf(instance);
    return {
      instance,
      function: given['application'] ?? null,
      distribution,
      rate: ratePerS,
      window_start_s: windowS[0],
      window_end_s: windowS[1],
      seed: manifest.seed,
      endpoint: manifest.endpoint.kind,
      config: JSON.stringify(given),
    };
  });
  return writeArchive(root, tables, { manifest, test, stat, config, perf: monitorSelects(monitoring) });
}

function costColumns({ functions, table, architecture }: Cost, name: string): object {
  const found = functions.find((one) => one.name === name)?.per_million;
  if (found === undefined || found.value === null) return {};
  return {
    cost_per_million: found.value,
    cost_low: found.low,
    cost_high: found.high,
    cost_n: found.n,
    cost_basis: `${table.currency}, ${table.name} ${table.region} of ${table.date}, ${architecture}`,
  };
}
