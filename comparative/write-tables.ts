import { join } from 'node:path';
import { makeFolders, pathSafe, replaceAtomically } from '../common/files.js';
import { quoteName, quoteText, type Tables } from '../records/tables.js';
import { perfTableName } from './combined-views.js';
import { habitualPerf } from './habitual-perf.js';
import type { Merged } from './merged.js';

/** Parquet under our own names, or CSV under the predecessor's. */
export type TableFormat = 'parquet' | 'faasprofiler';

/** Writes the combined tables. @returns their paths */
export async function writeTables(
  tables: Tables,
  merged: Merged,
  format: TableFormat,
  folder: string,
): Promise<string[]> {
  await makeFolders(folder);
  const paths: string[] = [];
  for (const { name, tool } of namesOf(merged)) {
    const path = join(folder, pathSafe(format === 'parquet' ? `${name}.parquet` : `${habitualName(name)}.csv`));
    const everything = `SELECT * FROM ${quoteName(name)}`;
    if (format === 'parquet') await tables.writeParquet(everything, path);
    else {
      const perf = tool === null ? null : await habitualPerf(tool, tables);
      await writeCsv(tables, perf ?? habitual(name, everything), path);
    }
    paths.push(path);
  }
  return paths;
}

/** The combined tables; `tool`: of whose counters one is. */
function namesOf({ tools }: Merged): { name: string; tool: string | null }[] {
  const own = ['combined_test', 'combined_stat'].map((name) => ({ name, tool: null }));
  return [...own, ...tools.map((tool) => ({ name: perfTableName(tool), tool }))];
}

/** `combined_test_df`, `combined_stat_df`, `combined_perf_df_<tool>`. */
function habitualName(name: string): string {
  return name.replace(/^combined_(test|stat|perf)/, 'combined_$1_df');
}

async function writeCsv(tables: Tables, select: string, path: string): Promise<void> {
  await replaceAtomically(path, (beside) =>
    tables.run(`COPY (${select}) TO ${quoteText(beside)} (FORMAT csv, HEADER)`),
  );
}

/**
 * Columns as the predecessor's data frames name them: `func_name`, `activationId`, `start` and `end` (ms since the run's
 * first activation), `duration`, `waitTime`, `initTime`, `latency`, `execution`, `lang`; `Test Category`. Rows that the platform
 * did not record are left out, as there.
 */
function habitual(name: string, everything: string): string {
  if (name === 'combined_test') {
    return `SELECT function AS func_name, activation_id AS "activationId", start_rel_ms AS "start", end_rel_ms AS "end",
      duration_ms AS duration, wait_ms AS "waitTime", init_ms AS "initTime", latency_ms AS latency,
      execution_ms AS execution, kind AS lang, test, distribution, rate
      FROM combined_test WHERE duration_ms IS NOT NULL`;
  }
  if (name === 'combined_stat') {
    return `SELECT function AS func_name, distribution, rate, throughput, rel_stress, test,
      test_category AS "Test Category" FROM combined_stat WHERE scope = 'function'`;
  }
  return everything;
}
