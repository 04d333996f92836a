import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../common/files.js';
import type { Tables } from '../records/tables.js';
import { sqlOf } from './sql.js';

/** The predecessor's folder, where users' own scripts look for the file. */
const HABITUAL_FOLDER = 'workload_analyzer';

/**
 * Writes `capacity_factors.json`: function → p90 − p10 of its latency in ms, the spread that a placement must allow for.
 * @returns the paths written
 */
export async function writeCapacityFactors(tables: Tables, runDirectory: string): Promise<string[]> {
  const rows = await tables.query<{ function: string; factor_ms: number }>(sqlOf('capacity_factors'));
  const factors = Object.fromEntries(rows.map((row) => [row.function, row.factor_ms]));
  const folders = [runDirectory, ...(existsSync(HABITUAL_FOLDER) ? [HABITUAL_FOLDER] : [])];
  const paths = folders.map((folder) => join(folder, 'capacity_factors.json'));
  for (const path of paths) await writeFileAtomic(path, `${JSON.stringify(factors, null, 2)}\n`);
  return paths;
}
