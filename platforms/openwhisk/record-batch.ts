import type { ActivationRow } from '../../records/activations.js';
import { readActivationRecord } from './activation-record.js';

/** Turns pages of records into batches of rows and counts what could not be used. */
export interface RecordBatches {
  rowsOf(records: readonly unknown[]): ActivationRow[];
  /** Says, once, how many fields were unusable. */
  report(onWarning: (warning: string) => void): void;
}

export function recordBatches(place: string): RecordBatches {
  const odd = new Map<string, number>();
  return {
    rowsOf(records) {
      const rows: ActivationRow[] = [];
      for (const record of records) {
        const read = readActivationRecord(record);
        for (const field of read.odd) odd.set(field, (odd.get(field) ?? 0) + 1);
        if (read.row !== null) rows.push(read.row);
      }
      return rows;
    },
    report(onWarning) {
      const unreadable = odd.get('record') ?? 0;
      odd.delete('record');
      if (unreadable > 0) onWarning(`${place}: ${unreadable} records are no activations and were left out`);
      if (odd.size === 0) return;
      const fields = [...odd].map(([field, count]) => `${field} ${count}×`).join(', ');
      onWarning(`${place}: fields without a usable value were read as absent: ${fields}`);
    },
  };
}
