import { FileFault } from '../named-files.js';
import { checkLength, decimal, name, placesOf, wanted } from './columns.js';
import type { CsvRow } from './csv-row.js';
import { readCsv } from './read-csv.js';

/** One invocation of a trace that lists them. */
export type OnEvent = (parts: string[], startS: number, durationMs: number | null) => void;

/** Reads a trace of events; returns its SHA-256 and whether it tells durations. A negative duration is handed on as it is. */
export type EventReader = (path: string, onEvent: OnEvent) => Promise<{ sha256: string; hasDurations: boolean }>;

/**
 * The Azure Functions trace of 2021: `app,func,end_timestamp,duration`, in seconds, cold starts excluded, not in order of
 * time. An invocation starts at end − duration. `func` is unique within its `app` only.
 * @throws FileFault naming line and column
 * @see Zhang et al., Faster and Cheaper Serverless Computing on Harvested Resources, SOSP 2021
 */
export const readAzure2021: EventReader = (path, onEvent) => {
  const columns = ['app', 'func', 'end_timestamp', 'duration'] as const;
  return readEvents(path, columns, [], (row, { app, func, end_timestamp, duration }) => {
    const seconds = decimal(row, duration, 'duration');
    const endS = decimal(row, end_timestamp, 'end_timestamp');
    onEvent([name(row, app, 'app'), name(row, func, 'func')], endS - Math.max(0, seconds), 1_000 * seconds);
  });
};

/**
 * A plain CSV: `function,start_s` and, where durations are known, `duration_ms`; columns in any order, others ignored.
 * @throws FileFault naming line and column
 */
export const readPlainCsv: EventReader = (path, onEvent) =>
  readEvents(path, ['function', 'start_s'], ['duration_ms'], (row, places) => {
    const ms = places.duration_ms < 0 ? null : decimal(row, places.duration_ms, 'duration_ms');
    onEvent([name(row, places.function, 'function')], decimal(row, places.start_s, 'start_s'), ms);
  });

async function readEvents<const Required extends string, const Optional extends string = never>(
  path: string,
  required: readonly Required[],
  optional: readonly Optional[],
  onRow: (row: CsvRow, places: Record<Required | Optional, number>) => void,
): Promise<{ sha256: string; hasDurations: boolean }> {
  let header: { places: Record<Required | Optional, number>; length: number } | null = null;
  const sha256 = await readCsv(path, (row) => {
    if (header === null) {
      header = { places: placesOf<Required | Optional>(row, required, optional), length: row.length };
      return;
    }
    checkLength(row, header.length);
    onRow(row, header.places);
  });
  if (header === null) throw new FileFault(`line 1: has no header; must be ${wanted(required, optional)}`);
  const { places } = header as { places: Record<string, number> };
  return { sha256, hasDurations: optional.every((column) => places[column]! >= 0) };
}
