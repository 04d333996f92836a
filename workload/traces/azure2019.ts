import { FileFault } from '../named-files.js';
import { checkLength, name, wholeNumber } from './columns.js';
import type { CsvRow } from './csv-row.js';
import { readCsv } from './read-csv.js';
import { type Arrivals, type Collected, noDirt, type Survey, type TraceFunction, type Window } from './trace-file.js';

const NAMES = ['HashOwner', 'HashApp', 'HashFunction', 'Trigger'] as const;
export const MINUTES_OF_DAY = 1_440;
/** Planned times are whole microseconds: more would not be told apart. */
export const MOST_A_MINUTE = 60_000_000;

/**
 * A day of the Azure Functions trace of 2019: a row a function, with its invocations in each minute of the day. Column "1"
 * is minute 0: the minute that begins at 09:00 is 540 from zero and stands in column "541".
 *
 * @param window in whole minutes from midnight, half-open: [540, 560) is 09:00 to 09:20; undefined = the whole file
 * @throws FileFault naming line and column
 * @see Shahrad et al., Serverless in the Wild, USENIX ATC 2020; schema in AzureFunctionsDataset2019.md of the
 *      Azure Public Dataset
 */
export async function surveyAzure2019(path: string, window?: Window): Promise<Survey> {
  const functions = new Map<string, TraceFunction>();
  const dirt = noDirt();
  const { sha256, minutes } = await eachFunction(path, window, (id, parts, perMinute, negative) => {
    if (functions.has(id)) {
      dirt.repeated += 1;
      return;
    }
    dirt.negative += negative;
    functions.set(id, { id, parts, invocations: perMinute.reduce((sum, n) => sum + n, 0) });
  });
  return { functions: [...functions.values()], sha256, dirt, end: window?.[1] ?? minutes };
}

/** The minutes of the chosen functions; of several rows of one function the first counts. */
export async function collectAzure2019(path: string, chosen: ReadonlySet<string>, window: Window): Promise<Collected> {
  const arrivals = new Map<string, Arrivals>();
  const { sha256 } = await eachFunction(path, window, (id, _parts, perMinute) => {
    if (chosen.has(id) && !arrivals.has(id)) arrivals.set(id, { kind: 'counts', perMinute: perMinute.slice() });
  });
  return { arrivals, sha256 };
}

type OnFunction = (id: string, parts: string[], perMinute: Uint32Array, negative: number) => void;

/** @param onFunction its counts are overwritten by the next row; values below zero are 0 in them, and counted */
async function eachFunction(
  path: string,
  window: Window | undefined,
  onFunction: OnFunction,
): Promise<{ sha256: string; minutes: number }> {
  let minutes = 0;
  let perMinute = new Uint32Array(0);
  const columns: string[] = [];
  const onRow = (row: CsvRow): void => {
    if (columns.length === 0) {
      minutes = minutesOf(row, window);
      perMinute = new Uint32Array((window?.[1] ?? minutes) - (window?.[0] ?? 0));
      for (let i = 0; i < row.length; i += 1) columns.push(row.text(i));
      return;
    }
    checkLength(row, columns.length);
    const parts = NAMES.slice(0, 3).map((column, i) => name(row, i, column));
    const from = window?.[0] ?? 0;
    let negative = 0;
    for (let minute = 0; minute < minutes; minute += 1) {
      const place = NAMES.length + minute;
      const count = wholeNumber(row, place, columns[place]!, MOST_A_MINUTE);
      const i = minute - from;
      if (i < 0 || i >= perMinute.length) continue;
      perMinute[i] = Math.max(0, count);
      if (count < 0) negative += 1;
    }
    onFunction(parts.join('/'), parts, perMinute, negative);
  };
  const sha256 = await readCsv(path, onRow);
  if (columns.length === 0) throw new FileFault('line 1: has no header; is this a file of the Azure trace of 2019?');
  return { sha256, minutes };
}

/** How many minutes the header names; it must be exactly that of the format. */
function minutesOf(header: CsvRow, window: Window | undefined): number {
  const minutes = header.length - NAMES.length;
  for (let i = 0; i < header.length; i += 1) {
    const expected = NAMES[i] ?? String(i - NAMES.length + 1);
    if (header.text(i) === expected) continue;
    throw new FileFault(
      `line ${header.line}, column ${i + 1}: must be "${expected}", got ${JSON.stringify(header.text(i))}; ` +
        'the header of this format is HashOwner,HashApp,HashFunction,Trigger,1,2,…,1440',
    );
  }
  if (minutes < 1 || minutes > MINUTES_OF_DAY) {
    throw new FileFault(`line ${header.line}: must have 1 to ${MINUTES_OF_DAY} columns of minutes, has ${minutes}`);
  }
  if (window !== undefined && window[1] > minutes) {
    throw new FileFault(`has ${minutes} minutes; "minutes" must end at ${minutes} or before, got ${window[1]}`);
  }
  return minutes;
}
