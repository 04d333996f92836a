import { rm, writeFile } from 'node:fs/promises';
import { besidePath } from '../common/files.js';
import { quoteText, type Tables } from './tables.js';

/** Writes a small table that was computed, not queried: its columns with their DuckDB types, and a plain object a row. */
export async function writeRows(
  tables: Tables,
  path: string,
  columns: Record<string, string>,
  rows: readonly object[],
): Promise<void> {
  const spool = besidePath(`${path}.ndjson`);
  try {
    await writeFile(spool, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await tables.writeParquet(`SELECT * FROM ${readNdjson(spool, columns)}`, path);
  } finally {
    await rm(spool, { force: true });
  }
}

/** A table function over a file with a JSON object a line. */
export function readNdjson(path: string, columns: Record<string, string>): string {
  const types = Object.entries(columns).map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`);
  return `read_json(${quoteText(path)}, format = 'newline_delimited', maximum_object_size = 67108864, columns = {${types.join(', ')}})`;
}
