import { quoteText, type Tables } from '../records/tables.js';
import type { MergedRun } from './merged.js';

/** What the platform's records say of where a run's functions executed: `nodejs:20`, `128 MiB`; of several the span. */
export interface PlatformWords {
  runtime: string | null;
  memoryLimit: string | null;
}

/** Read from the least and the greatest value that each file tells of itself, so that no row is looked at. */
export async function platformWordsOf(runs: MergedRun[], tables: Tables): Promise<Map<string, PlatformWords>> {
  const files = runs.map(({ testFile }) => quoteText(testFile)).join(', ');
  const rows = await tables.query<{ file: string; name: string; least: string | null; greatest: string | null }>(
    `SELECT file_name AS file, path_in_schema AS name,
       coalesce(min(try_cast(stats_min_value AS BIGINT))::VARCHAR, min(stats_min_value)) AS least,
       coalesce(max(try_cast(stats_max_value AS BIGINT))::VARCHAR, max(stats_max_value)) AS greatest
     FROM parquet_metadata([${files}]) WHERE path_in_schema IN ('kind', 'memory_limit_bytes') GROUP BY ALL`,
  );
  return new Map(
    runs.map(({ run_id, testFile }) => {
      const of = (name: string, shown: (value: string) => string) => {
        const row = rows.find((each) => each.file === testFile && each.name === name);
        if (row === undefined || row.least === null || row.greatest === null) return null;
        return row.least === row.greatest ? shown(row.least) : `${shown(row.least)} to ${shown(row.greatest)}`;
      };
      const mebibytes = (bytes: string) => `${Math.round(Number(bytes) / 2 ** 20)} MiB`;
      return [run_id, { runtime: of('kind', (value) => value), memoryLimit: of('memory_limit_bytes', mebibytes) }];
    }),
  );
}
