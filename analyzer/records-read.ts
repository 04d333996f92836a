import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../common/files.js';
import { csvText } from '../records/invocations.js';
import type { Tables } from '../records/tables.js';
import type { RecordsRead } from './analysis.js';
import { sqlOf } from './sql.js';

/** How many of the records that the invocations named lie in the run directory; needs `invocations` and `activations`. */
export async function recordsRead(tables: Tables, source: string): Promise<RecordsRead> {
  const [counts] = await tables.query<Pick<RecordsRead, 'read' | 'expected' | 'missing'>>(sqlOf('records_read'));
  return { source, ...counts!, complete: counts!.missing === 0 };
}

/** Writes `missing.csv` (seq, activation_id), or removes an older one when nothing is missing. */
export async function listMissing(tables: Tables, runDirectory: string, { missing }: RecordsRead): Promise<void> {
  const path = join(runDirectory, 'missing.csv');
  if (missing === 0) return rm(path, { force: true });
  const rows = await tables.query<{ seq: number; activation_id: string }>(sqlOf('missing'));
  // Ids come from answers that anybody may have given.
  const lines = rows.map(({ seq, activation_id }) => `${seq},${csvText(activation_id)}\n`);
  await writeFileAtomic(path, `seq,activation_id\n${lines.join('')}`);
}
