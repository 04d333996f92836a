import { join } from 'node:path';
import { openTables } from '../../records/tables.js';
import { annotationOf, type MadeDatabase } from './openwhisk-documents.js';

/** What lies in a run's `activations.parquet`, held against the documents that should have been read. */
export interface Pulled {
  rows: number;
  /** at most five examples each */
  lost: string[];
  twice: string[];
  foreign: string[];
  otherCause: string[];
  sums: Sums;
}

/** Sums over the rows, of which no wrong value can escape all. */
export interface Sums {
  /** since the run's: larger sums would not be exact */
  start: number;
  duration: number;
  wait: number;
  init: number;
  cold: number;
  failed: number;
}

export async function pulledFrom(directory: string, { invoked, caused, startMs }: MadeDatabase): Promise<Pulled> {
  const expected = new Map([...invoked, ...caused].map(({ activationId, cause }) => [activationId, cause ?? null]));
  const tables = await openTables();
  try {
    await tables.view('pulled', join(directory, 'activations.parquet'));
    const rows = await tables.query<{ activation_id: string; cause: string | null }>(
      'SELECT activation_id, cause FROM pulled',
    );
    const [sums] = await tables.query<Sums>(`
      SELECT sum(start_ms - ${startMs}) AS "start", sum(duration_ms) AS duration, sum(wait_ms) AS wait, sum(init_ms) AS init,
             count(*) FILTER (cold) AS cold, count(*) FILTER (NOT success) AS failed
      FROM pulled`);
    const seen = new Set<string>();
    const pulled: Pulled = { rows: rows.length, lost: [], twice: [], foreign: [], otherCause: [], sums: sums! };
    const note = (list: string[], id: string): unknown => list.length < 5 && list.push(id);
    for (const { activation_id: id, cause } of rows) {
      if (seen.has(id)) note(pulled.twice, id);
      seen.add(id);
      if (!expected.has(id)) note(pulled.foreign, id);
      else if (expected.get(id) !== cause) note(pulled.otherCause, id);
    }
    for (const id of expected.keys()) if (!seen.has(id)) note(pulled.lost, id);
    return pulled;
  } finally {
    tables.close();
  }
}

/** The same, as it must come out: everything once and nothing else. */
export function wholeOf({ invoked, caused, startMs }: MadeDatabase): Pulled {
  const documents = [...invoked, ...caused];
  const sum = (of: (document: (typeof documents)[number]) => number): number =>
    documents.reduce((total, document) => total + of(document), 0);
  const initOf = (document: (typeof documents)[number]): number | null =>
    annotationOf(document, 'initTime') as number | null;
  return {
    rows: documents.length,
    lost: [],
    twice: [],
    foreign: [],
    otherCause: [],
    sums: {
      start: sum(({ start }) => start - startMs),
      duration: sum(({ duration = 0 }) => duration),
      wait: sum((document) => Number(annotationOf(document, 'waitTime'))),
      init: sum((document) => initOf(document) ?? 0),
      cold: sum((document) => (initOf(document) === null ? 0 : 1)),
      failed: sum(({ response }) => ((response as { statusCode: number }).statusCode === 0 ? 0 : 1)),
    },
  };
}
