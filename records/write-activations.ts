import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { once } from 'node:events';
import { besidePath } from '../common/files.js';
import { ACTIVATION_COLUMNS, type ActivationRow } from './activations.js';
import { RESULTS_MODE, type Tables } from './tables.js';
import { readNdjson } from './write-rows.js';

/** Rows of `activations.parquet` on their way to it: batches are spooled to disk, so that none are held. */
export interface ActivationSpool {
  /** appends a batch; resolves when the disk has taken it */
  add(rows: ActivationRow[]): Promise<void>;
  /** makes what was added so far readable as the table function of `select` */
  flush(): Promise<void>;
  /** `read_json(…)` over the spool, to stand in a FROM; call `flush` before */
  readonly table: string;
  /** removes the spool */
  remove(): Promise<void>;
}

/** Opens a spool beside `path`, on its disk. */
export function spoolActivations(path: string): ActivationSpool {
  const spoolPath = besidePath(`${path}.ndjson`);
  const stream = createWriteStream(spoolPath, { mode: RESULTS_MODE });
  let fault: Error | undefined;
  stream.on('error', (error) => (fault = error));
  async function write(text: string): Promise<void> {
    if (fault !== undefined) throw fault;
    if (!stream.write(text)) await once(stream, 'drain');
  }
  return {
    async add(rows) {
      if (rows.length > 0) await write(rows.map((row) => `${JSON.stringify(row, wellFormed)}\n`).join(''));
    },
    async flush() {
      await new Promise<void>((done, failed) => {
        stream.write('', (error) => (error ? failed(error) : done()));
      });
    },
    table: readNdjson(spoolPath, ACTIVATION_COLUMNS),
    async remove() {
      // Waits for the end of an opening that is under way, which would make the file again.
      if (!stream.closed) await new Promise<void>((closed) => stream.once('close', closed).destroy());
      await rm(spoolPath, { force: true });
    },
  };
}

/** Writes activations from batches; for a table without duplicates or rows of others. */
export async function writeActivations(
  tables: Tables,
  path: string,
  batches: Iterable<ActivationRow[]>,
): Promise<void> {
  const spool = spoolActivations(path);
  try {
    for (const batch of batches) await spool.add(batch);
    await spool.flush();
    await tables.writeParquet(`SELECT * FROM ${spool.table}`, path);
  } finally {
    await spool.remove();
  }
}

/** Half of a surrogate pair, as functions may return it, is no JSON for DuckDB. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? toWellFormed(value) : value;
}

function toWellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
