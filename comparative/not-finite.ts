import { basename } from 'node:path';
import { quoteName, quoteText, type Tables } from '../records/tables.js';
import { countText } from './wording.js';
import type { MergedRun } from './merged.js';

/**
 * A number of an archive as the comparison reads it: NaN and infinity are no measurements, so they are unknown like null. One NaN
 * would else make a mean, a sum, a greatest value NaN.
 */
export function finite(column: string): string {
  return `CASE WHEN isfinite(${column}) THEN ${column} END`;
}

/** The same of a column whose type is known: only floating-point numbers can be no number. */
export function readAs(column: string, type: string): string {
  const cast = `${column}::${type}`;
  return type === 'DOUBLE' ? finite(cast) : cast;
}

/** A sentence a run, file and column in which there are NaN or infinite values. */
export async function notFiniteNotes(runs: MergedRun[], tables: Tables): Promise<string[]> {
  const files = new Map(runs.flatMap((run) => filesOf(run).map((file) => [file, run] as const)));
  const notes: string[] = [];
  for (const { file, columns } of await suspects([...files.keys()], tables)) {
    const counts = columns.map((name) => `count(*) FILTER (NOT isfinite(${quoteName(name)})) AS ${quoteName(name)}`);
    const [row] = await tables.query<Record<string, number>>(
      `SELECT ${counts.join(', ')} FROM read_parquet(${quoteText(file)})`,
    );
    const { archive, run_id } = files.get(file)!;
    for (const [column, n] of Object.entries(row!)) {
      if (n === 0) continue;
      notes.push(
        `${archive}: run ${run_id}: ${column} is NaN or infinite in ${countText(n, 'row')} of its ${basename(file)}; taken as unknown`,
      );
    }
  }
  return notes;
}

function filesOf({ testFile, statFile, perfFiles }: MergedRun): string[] {
  return [testFile, ...(statFile === null ? [] : [statFile]), ...Object.values(perfFiles)];
}

/**
 * Columns that may hold such values, by what the files tell of themselves, so that no row of the others is read: DuckDB writes no
 * least and greatest value where there is a NaN or an infinity. Other writers leave NaN out of theirs, so of their files every
 * column of floating-point numbers is looked at.
 */
async function suspects(files: string[], tables: Tables): Promise<{ file: string; columns: string[] }[]> {
  if (files.length === 0) return [];
  const list = `[${files.map(quoteText).join(', ')}]`;
  return tables.query(
    `WITH ours AS (SELECT file_name FROM parquet_file_metadata(${list}) WHERE created_by LIKE 'DuckDB version %')
     SELECT file_name AS file, list(DISTINCT path_in_schema ORDER BY path_in_schema) AS columns
     FROM parquet_metadata(${list})
     WHERE type IN ('DOUBLE', 'FLOAT') AND path_in_schema NOT LIKE '%, %'
       AND (stats_null_count IS NULL OR stats_null_count < num_values)
       AND (stats_min_value IS NULL OR stats_max_value IS NULL OR file_name NOT IN (SELECT file_name FROM ours))
     GROUP BY file_name ORDER BY file_name`,
  );
}
