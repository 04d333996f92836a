import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_FILES } from './run-directory.js';
import { quoteText, type Tables } from './tables.js';

const COLUMNS = {
  seq: 'BIGINT',
  activation_id: 'VARCHAR',
  report: 'VARCHAR',
  body: 'VARCHAR',
  truncated: 'BOOLEAN',
  /** of an answer of faas_measure that was longer than what is kept of it: see measured-ids.ts */
  exist_id: 'VARCHAR',
  new_id: 'VARCHAR',
};

/** The view `responses`: what the invoker kept of the answers, empty where it kept nothing. A line cut off is left out. */
export async function viewResponses(tables: Tables, runDirectory: string): Promise<void> {
  const path = join(runDirectory, RUN_FILES.responses);
  const columns = Object.entries(COLUMNS);
  const types = columns.map(([name, type]) => `${name}: '${type}'`).join(', ');
  const nothing = columns.map(([name, type]) => `NULL::${type} AS ${name}`).join(', ');
  const select = existsSync(path)
    ? `SELECT * FROM read_json(${quoteText(path)}, format = 'newline_delimited', ignore_errors = true, columns = {${types}}) WHERE seq IS NOT NULL`
    : `SELECT ${nothing} LIMIT 0`;
  await tables.run(`CREATE OR REPLACE VIEW responses AS ${select}`);
}
