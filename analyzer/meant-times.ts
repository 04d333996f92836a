import { join } from 'node:path';
import { ACTIVATION_COLUMNS, largestIn } from '../records/activations.js';
import { RUN_FILES } from '../records/run-directory.js';
import { quoteName, type Tables } from '../records/tables.js';

const TIMES = Object.keys(ACTIVATION_COLUMNS).flatMap((column) => {
  const largest = largestIn(column);
  return largest === undefined ? [] : [{ column, isMeant: `abs(${quoteName(column)}) <= ${largest}` }];
});

/**
 * A table, of activations with times beyond what can be meant as null. They are left out when records are read; a table
 * that was written before, or by somebody else, may hold any, and one of 1e300 would end every analysis.
 */
export function selectMeant(table: string, isOfActivations: boolean): string {
  if (!isOfActivations) return `SELECT * FROM ${table}`;
  const times = TIMES.map(
    ({ column, isMeant }) => `CASE WHEN ${isMeant} THEN ${quoteName(column)} END AS ${quoteName(column)}`,
  );
  return `SELECT * REPLACE (${times.join(', ')}) FROM ${table}`;
}

/** Says how many times of `activations.parquet` are beyond what can be meant; null where none is. */
export async function unmeantTimes(tables: Tables, runDirectory: string): Promise<string | null> {
  const [exists] = await tables.query("SELECT 1 FROM duckdb_views() WHERE view_name = 'activations_file'");
  if (exists === undefined) return null;
  const counts = TIMES.map(({ column, isMeant }) => `count(*) FILTER (NOT (${isMeant})) AS ${quoteName(column)}`);
  const [row] = await tables.query<Record<string, number>>(`SELECT ${counts.join(', ')} FROM activations_file`);
  const beyond = Object.entries(row!).filter(([, n]) => n > 0);
  if (beyond.length === 0) return null;
  const columns = beyond.map(([column, n]) => `${column} ${n}×`).join(', ');
  return `${join(runDirectory, RUN_FILES.activations)}: times beyond what can be meant were read as absent: ${columns}`;
}
