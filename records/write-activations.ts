import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { once } from 'node:events';
import { besidePath } from '../common/files.js';
import { ACTIVATION_COLUMNS, type ActivationRow } from './activations.js';
import { ACTIVATION_ROWS, type RecordFormat } from './record-format.js';
import { quoteName, quoteText, RESULTS_MODE, type Tables } from './tables.js';

/**
 * Records of a platform on their way to `activations.parquet`: spooled to disk as they come, and read as rows of activations
 * into Parquet files beside the target, so that however many there are, none are held.
 */
export interface ActivationSpool {
  /** appends records; resolves when the disk has taken them */
  add(records: readonly unknown[]): Promise<void>;
  /** takes in files with a record a line, where they lie */
  addFiles(paths: readonly string[]): Promise<void>;
  /** reads what was added so far as rows, so that `rows` holds them */
  flush(): Promise<void>;
  /** a table function over the rows: ACTIVATION_COLUMNS, `odd`, and the place of each in `filename`, `file_row_number` */
  rows(): string;
  /** the Parquet files that hold the rows, in the order in which they were read */
  parts(): readonly string[];
  /** removes whatever was written */
  remove(): Promise<void>;
}

export interface SpoolOptions {
  /** how the records are read as rows; by default they are rows */
  format?: RecordFormat;
}

/** Bytes that are spooled before they are read as rows. */
const SPOOLED_AT_ONCE = 64 * 2 ** 20;
/** What DuckDB reserves buffers for; a record may be longer, and is then read with larger ones. */
const USUAL_RECORD_BYTES = 16 * 2 ** 20;
const LARGEST_RECORD_BYTES = 512 * 2 ** 20;

/** Opens a spool beside `path`, on its disk. */
export function spoolActivations(
  tables: Tables,
  path: string,
  { format = ACTIVATION_ROWS }: SpoolOptions = {},
): ActivationSpool {
  const parts: string[] = [];
  let spooled: Spooled | null = null;
  let prepared = false;

  async function readAsRows(paths: readonly string[]): Promise<void> {
    if (!prepared && format.prelude !== '') await tables.run(format.prelude);
    prepared = true;
    const part = besidePath(`${path}.rows-${String(parts.length).padStart(6, '0')}`);
    parts.push(part);
    const read = (largest: number): Promise<void> => tables.writeParquet(selectRows(format, paths, largest), part);
    // The order of records says nothing, and to keep it would take half as long again.
    await tables.run('SET preserve_insertion_order = false');
    try {
      await read(USUAL_RECORD_BYTES);
    } catch (error) {
      if (!/maximum_object_size/.test(String(error))) throw error;
      await read(LARGEST_RECORD_BYTES);
    } finally {
      await tables.run('SET preserve_insertion_order = true');
    }
  }

  async function flush(): Promise<void> {
    if (spooled !== null) {
      const { end, path: spool } = spooled;
      spooled = null;
      await end();
      await readAsRows([spool]);
      await rm(spool, { force: true });
    }
    if (parts.length === 0) await readAsRows([]);
  }

  return {
    async add(records) {
      if (records.length === 0) return;
      spooled ??= openSpooled(besidePath(`${path}.ndjson`));
      await spooled.write(records.map((record) => `${jsonLine(record)}\n`).join(''));
      if (spooled.bytes() >= SPOOLED_AT_ONCE) await flush();
    },
    async addFiles(paths) {
      if (paths.length > 0) await readAsRows(paths);
    },
    flush,
    rows: () => `read_parquet([${parts.map(quoteText).join(', ')}], filename = true, file_row_number = true)`,
    parts: () => parts,
    async remove() {
      await spooled?.remove();
      spooled = null;
      await Promise.all(parts.splice(0).map((part) => rm(part, { force: true })));
    },
  };
}

/** Rows of activations from files with a record a line; without a file, none. */
function selectRows({ fields, rows }: RecordFormat, paths: readonly string[], largest: number): string {
  const types = Object.entries(fields).map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`);
  const nothing = Object.entries(fields).map(([name, type]) => `NULL::${type} AS ${quoteName(name)}`);
  const files = `[${paths.map(quoteText).join(', ')}]`;
  // A line that is no JSON becomes a record without any field.
  const options = `format = 'newline_delimited', ignore_errors = true, maximum_object_size = ${largest}, columns = {${types.join(', ')}}`;
  const records =
    paths.length === 0 ? `SELECT ${nothing.join(', ')} LIMIT 0` : `SELECT * FROM read_json(${files}, ${options})`;
  const columns = Object.entries(ACTIVATION_COLUMNS).map(
    ([name, type]) => `${quoteName(name)}::${type} AS ${quoteName(name)}`,
  );
  return `
    WITH records AS (${records}), read_rows AS (${rows})
    SELECT ${columns.join(', ')}, odd::VARCHAR AS odd FROM read_rows`;
}

interface Spooled {
  path: string;
  write(text: string): Promise<void>;
  bytes(): number;
  /** resolves when everything lies on the disk */
  end(): Promise<void>;
  remove(): Promise<void>;
}

function openSpooled(path: string): Spooled {
  const stream = createWriteStream(path, { mode: RESULTS_MODE });
  let fault: Error | undefined;
  stream.on('error', (error) => (fault = error));
  return {
    path,
    async write(text) {
      if (fault !== undefined) throw fault;
      if (!stream.write(text)) await once(stream, 'drain');
    },
    bytes: () => stream.bytesWritten + stream.writableLength,
    async end() {
      if (fault !== undefined) throw fault;
      await new Promise<void>((done, failed) => {
        stream.once('error', failed);
        stream.end(done);
      });
    },
    async remove() {
      await closed(stream);
      await rm(path, { force: true });
    },
  };
}

/** Waits for the end of an opening that is under way, which would make the file again. */
async function closed(stream: WriteStream): Promise<void> {
  if (!stream.closed) await new Promise<void>((done) => stream.once('close', done).destroy());
}

/** Writes rows of activations; for a table without duplicates or rows of others. */
export async function writeActivations(
  tables: Tables,
  path: string,
  batches: Iterable<ActivationRow[]>,
): Promise<void> {
  const spool = spoolActivations(tables, path);
  try {
    for (const batch of batches) await spool.add(batch);
    await spool.flush();
    await tables.writeParquet(
      `SELECT * EXCLUDE (odd, filename, file_row_number) FROM ${spool.rows()} ORDER BY filename, file_row_number`,
      path,
    );
  } finally {
    await spool.remove();
  }
}

/** Half of a surrogate pair, as functions may return it, is no JSON for DuckDB; JSON.stringify writes it as an escape. */
function jsonLine(record: unknown): string {
  const line = JSON.stringify(record);
  return /\\ud[89a-f]/i.test(line) ? JSON.stringify(record, wellFormed) : line;
}

function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value, 'utf8').toString('utf8') : value;
}
