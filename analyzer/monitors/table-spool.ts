import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { besidePath, forgetBegun } from '../../common/files.js';
import type { Reading } from '../../monitoring/parsers/reading.js';
import { quoteName, type Tables } from '../../records/tables.js';
import { readNdjson } from '../../records/write-rows.js';

/** Readings of one table on their way to a Parquet file: spooled to disk, since nobody knows their columns before the last. */
export interface TableSpool {
  add(timeMs: number, values: Reading['values']): Promise<void>;
  /** Writes what was added, in the order of time. */
  writeParquet(path: string): Promise<void>;
  columns(): string[];
  rows: number;
  fromMs: number | null;
  toMs: number | null;
  remove(): Promise<void>;
}

const TIME = 'time_ms';

/** @param path of the Parquet file to be: the spool lies beside it; @param text the columns that hold text */
export function spoolTable(tables: Tables, path: string, text: readonly string[]): TableSpool {
  const spool = besidePath(`${path}.ndjson`);
  let out: WriteStream | null = null;
  /** by column's name, the name of its field: DuckDB's names do not tell capitals from small letters */
  const fields = new Map<string, string>();
  const types: Record<string, string> = { t: 'DOUBLE' };

  function fieldOf(column: string): string {
    const known = fields.get(column);
    if (known !== undefined) return known;
    const field = `c${fields.size}`;
    fields.set(column, field);
    types[field] = text.includes(column) ? 'VARCHAR' : 'DOUBLE';
    return field;
  }

  const made: TableSpool = {
    rows: 0,
    fromMs: null,
    toMs: null,
    columns: () => distinctNames([...fields.keys()]),
    async add(timeMs, values) {
      if (!Number.isFinite(timeMs)) return;
      out ??= openSpool(spool);
      const row: Record<string, number | string | null> = { t: timeMs };
      for (const [column, value] of Object.entries(values)) row[fieldOf(column)] = value;
      made.rows += 1;
      made.fromMs = Math.min(made.fromMs ?? timeMs, timeMs);
      made.toMs = Math.max(made.toMs ?? timeMs, timeMs);
      if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, 'drain');
    },
    async writeParquet() {
      out!.end();
      await finished(out!);
      const names = made.columns();
      const columns = [...fields.values()].map((field, i) => `${field} AS ${quoteName(names[i]!)}`);
      await tables.writeParquet(
        `SELECT ${[`round(t, 3) AS ${TIME}`, ...columns].join(', ')} FROM ${readNdjson(spool, types)} ORDER BY t`,
        path,
      );
    },
    async remove() {
      out?.destroy();
      await rm(spool, { force: true });
      forgetBegun(spool);
    },
  };
  return made;
}

/** Names that differ also where letters' case does not count, and from that of the time. */
function distinctNames(names: readonly string[]): string[] {
  const taken = new Set([TIME]);
  return names.map((name) => {
    let free = name;
    for (let n = 2; taken.has(free.toLowerCase()); n += 1) free = `${name}_${n}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

function openSpool(path: string): WriteStream {
  const out = createWriteStream(path);
  // Told where the stream is waited for; without a listener it would end the process.
  out.on('error', () => undefined);
  return out;
}
