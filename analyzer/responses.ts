import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_FILES } from '../records/run-directory.js';
import { quoteText, type Tables } from '../records/tables.js';

const COLUMNS = "columns = {seq: 'BIGINT', activation_id: 'VARCHAR', body: 'VARCHAR', truncated: 'BOOLEAN'}";

/** The view `responses`: what the invoker kept of the answers, empty where it kept nothing. A line cut off is left out. */
export async function viewResponses(tables: Tables, runDirectory: string): Promise<void> {
  const path = join(runDirectory, RUN_FILES.responses);
  const select = existsSync(path)
    ? `SELECT * FROM read_json(${quoteText(path)}, format = 'newline_delimited', ignore_errors = true, ${COLUMNS}) WHERE seq IS NOT NULL`
    : 'SELECT NULL::BIGINT AS seq, NULL::VARCHAR AS activation_id, NULL::VARCHAR AS body, NULL::BOOLEAN AS truncated LIMIT 0';
  await tables.run(`CREATE OR REPLACE VIEW responses AS ${select}`);
}
