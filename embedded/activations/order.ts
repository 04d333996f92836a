/** Rows in a sorted order that grows mostly at its end. */
export interface SortedRows {
  readonly length: number;
  /** the row at this place */
  at(place: number): number;
  insert(row: number): void;
  /** the first place whose row is not before what `isBefore` looks for */
  lowerBound(isBefore: (row: number) => boolean): number;
}

/** An array of rows kept sorted by `compare`; a row that belongs near the end costs a short move. */
export function createSortedRows(compare: (a: number, b: number) => number): SortedRows {
  let rows = new Uint32Array(1024);
  let length = 0;

  function lowerBound(isBefore: (row: number) => boolean): number {
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(rows[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    get length() {
      return length;
    },
    at: (place) => rows[place]!,
    insert(row) {
      if (length === rows.length) {
        const wider = new Uint32Array(length * 2);
        wider.set(rows);
        rows = wider;
      }
      const place = lowerBound((other) => compare(other, row) < 0);
      rows.copyWithin(place + 1, place, length);
      rows[place] = row;
      length += 1;
    },
    lowerBound,
  };
}
