import type { LogRow } from '../../activations/log-index.js';

/** Executions that are read from the file in one go. */
export interface RowBatch {
  readonly rows: readonly LogRow[];
  readonly isFull: boolean;
  add(row: LogRow): void;
}

/** A page may need no more than a few. */
const FIRST_ROWS = 8;
const MOST_ROWS = 256;
/** Of text: the log of one execution may hold ten megabytes, and a page one. */
const MOST_BYTES = 4 * 2 ** 20;

/**
 * Batches that begin small and double, so that what a page reads and does not use is no more than what it uses and a little; what is
 * read again for the next page is then in proportion to the page.
 */
export function rowBatches(): () => RowBatch {
  let most = FIRST_ROWS / 2;
  return () => {
    most = Math.min(most * 2, MOST_ROWS);
    const rows: LogRow[] = [];
    let bytes = 0;
    return {
      rows,
      get isFull() {
        return rows.length >= most || bytes >= MOST_BYTES;
      },
      add(row) {
        rows.push(row);
        bytes += row.length;
      },
    };
  };
}
