import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../common/errors.js';
import { wholeLines } from '../../monitoring/parsers/lines.js';
import { emptyCount } from '../../monitoring/parsers/reading.js';
import type { Manifest } from '../../records/manifest.js';
import type { Tables } from '../../records/tables.js';
import { fileText } from './file-text.js';
import { fileWords } from './file-words.js';
import { hostClock } from './host-clock.js';
import type { MonitorFile } from './monitor-files.js';
import type { MonitorTable } from './monitor-table.js';
import { placementOf, type Placement } from './placement.js';
import { strayReadings } from './stray-readings.js';
import { spoolTable, type TableSpool } from './table-spool.js';

export interface ReadMonitorOptions {
  /** names of tables that files of this host have already */
  taken: Set<string>;
  onWarning: (warning: string) => void;
  signal?: AbortSignal | undefined;
}

/** Reads what a monitor wrote and writes it as Parquet beside, on the run's axis: a file for each of its tables. */
export async function readMonitor(
  tables: Tables,
  directory: string,
  monitorFile: MonitorFile,
  manifest: Manifest,
  { taken, onWarning, signal }: ReadMonitorOptions,
): Promise<MonitorTable[]> {
  const { host, path, format, start } = monitorFile;
  const count = emptyCount();
  const files = new Map(
    Object.keys(format.tables).map((table) => [table, `${host.folder}/${freeName(table, taken)}.parquet`]),
  );
  // Of an earlier analysis: what cannot be read any more must not seem to have been.
  for (const file of files.values()) await rm(join(directory, file), { force: true });
  const spools = new Map<string, { file: string; spool: TableSpool }>();
  const spoolOf = (table: string): TableSpool => {
    const known = spools.get(table);
    if (known !== undefined) return known.spool;
    const file = files.get(table)!;
    const spool = spoolTable(tables, join(directory, file), format.tables[table]?.text ?? []);
    spools.set(table, { file, spool });
    return spool;
  };
  let placement: Placement | null | undefined;
  const strays = strayReadings(manifest);
  let last = 0;
  try {
    const clock = hostClock(host.clock, manifest.start_epoch_ms ?? 0);
    const evidence = { clock, start, scriptStartMs: scriptStart(manifest, host.name) };
    const lines = wholeLines(fileText(join(directory, path), signal), count);
    for await (const { table, time, values } of format.read(lines, count)) {
      placement ??= placementOf(format.time, evidence, time);
      if (placement === null) break;
      const timeMs = placement.toRunMs(time);
      if (strays.isStray(timeMs)) continue;
      last = Math.max(last, time);
      await spoolOf(table).add(timeMs, values);
    }
    for (const { spool, file } of spools.values()) await spool.writeParquet(join(directory, file));
  } catch (error) {
    signal?.throwIfAborted();
    onWarning(`${path} could not be read: ${messageOf(error)}`);
    return [];
  } finally {
    for (const { spool } of spools.values()) await spool.remove();
  }
  for (const words of fileWords(monitorFile, { count, placement, strays: strays.told() }))
    onWarning(`${path}: ${words}`);
  if (placement === null || spools.size === 0) return [];
  return [...spools].map(([, { spool, file }]) => ({
    host: host.name,
    table: file.slice(host.folder.length + 1, -'.parquet'.length),
    file,
    source: path,
    rows: spool.rows,
    columns: spool.columns(),
    from_ms: spool.fromMs,
    to_ms: spool.toMs,
    uncertainty_ms: placement!.uncertaintyMs(last),
    approximate: placement!.approximate,
    lines: count.lines,
    unknown_lines: count.unknown,
  }));
}

/** When the runtime script of a host was started, since plan zero. */
function scriptStart({ monitors }: Manifest, host: string): number | null {
  const script = monitors.find((one) => one.role === 'runtime_script' && (one.host ?? host) === host);
  return script?.start_ms ?? null;
}

/** Two files of one tool in one folder stay two tables. */
function freeName(table: string, taken: Set<string>): string {
  let free = table;
  for (let n = 2; taken.has(free); n += 1) free = `${table}_${n}`;
  taken.add(free);
  return free;
}
