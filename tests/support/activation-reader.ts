import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActivationReader, ActivationSource, EpochSpan } from '../../platforms/platform.js';
import type { ActivationRow } from '../../records/activations.js';
import type { RecordFormat } from '../../records/record-format.js';
import { openTables } from '../../records/tables.js';
import { spoolActivations } from '../../records/write-activations.js';

/** A reader that awaits every activation it is asked about. */
export function asking(warnings: string[] = []): ActivationReader {
  return {
    awaited: (ids) => Promise.resolve([...ids]),
    onWarning: (warning) => warnings.push(warning),
  };
}

export type ReadRow = ActivationRow & { odd: string | null };

/** Records as the analyzer reads them, in the order given: rows of activations, and the names of unusable fields. */
export async function rowsOfRecords(records: readonly unknown[], format: RecordFormat | undefined): Promise<ReadRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-test-'));
  const tables = await openTables();
  const spool = spoolActivations(tables, join(folder, 'activations.parquet'), format === undefined ? {} : { format });
  try {
    await spool.add(records);
    await spool.flush();
    return await tables.query<ReadRow>(
      `SELECT * EXCLUDE (filename, file_row_number) FROM ${spool.rows()} ORDER BY filename, file_row_number`,
    );
  } finally {
    tables.close();
    await rm(folder, { recursive: true });
  }
}

/** Everything that a source hands over for a span, as rows; by default of every span and with every activation awaited. */
export async function readActivations(
  source: ActivationSource,
  { span = { sinceMs: 0, uptoMs: 2e12 }, reader = asking() }: { span?: EpochSpan; reader?: ActivationReader } = {},
): Promise<ActivationRow[]> {
  const records: unknown[] = [];
  for await (const batch of source.activations(span, reader)) records.push(...batch);
  const rows: (ActivationRow & { odd?: unknown })[] = await rowsOfRecords(records, source.format);
  for (const row of rows) delete row.odd;
  return rows;
}
