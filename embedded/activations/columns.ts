/** What the index keeps of a document: about 70 bytes each, so that a million of them fit beside everything else. */
export interface ActivationEntry {
  /** 32 hexadecimal digits */
  activationId: string;
  /** 32 hexadecimal digits */
  revision: string;
  start: number;
  statusCode: number;
  functionName: string;
  /** where its document lies in the file */
  offset: number;
  length: number;
}

/** Entries by row, in columns that grow; a row never changes. */
export interface ActivationColumns {
  count(): number;
  add(entry: ActivationEntry): number;
  entry(row: number): ActivationEntry;
  start(row: number): number;
  activationId(row: number): string;
  functionNumber(row: number): number;
  /** undefined when no activation has this function */
  numberOf(functionName: string): number | undefined;
  /** Compares two ids as their texts compare. */
  compareIds(a: number, b: number): number;
  /** the row of an id */
  find(activationId: string): number | undefined;
}

const EMPTY = -1;

/** Creates empty columns. */
export function createColumns(): ActivationColumns {
  let capacity = 1024;
  let count = 0;
  let ids = Buffer.alloc(capacity * 16);
  let revisions = Buffer.alloc(capacity * 16);
  let starts = new Float64Array(capacity);
  let offsets = new Float64Array(capacity);
  let lengths = new Uint32Array(capacity);
  let functions = new Uint32Array(capacity);
  let statuses = new Uint8Array(capacity);
  const names: string[] = [];
  const numbers = new Map<string, number>();
  // Open addressing over the first digits of the id, which are random by themselves.
  let slots = new Int32Array(capacity * 2).fill(EMPTY);

  function grow(): void {
    capacity *= 2;
    ids = Buffer.concat([ids], capacity * 16);
    revisions = Buffer.concat([revisions], capacity * 16);
    starts = widened(starts, new Float64Array(capacity));
    offsets = widened(offsets, new Float64Array(capacity));
    lengths = widened(lengths, new Uint32Array(capacity));
    functions = widened(functions, new Uint32Array(capacity));
    statuses = widened(statuses, new Uint8Array(capacity));
    slots = new Int32Array(capacity * 2).fill(EMPTY);
    for (let row = 0; row < count; row += 1) slots[slotOf(ids, row * 16)] = row;
  }

  /** The slot that holds this id, or the free one where it belongs. */
  function slotOf(id: Buffer, at: number): number {
    let slot = id.readUInt32LE(at) % slots.length;
    for (;;) {
      const row = slots[slot]!;
      if (row === EMPTY || ids.compare(id, at, at + 16, row * 16, row * 16 + 16) === 0) return slot;
      slot = (slot + 1) % slots.length;
    }
  }

  function numberFor(functionName: string): number {
    const known = numbers.get(functionName);
    if (known !== undefined) return known;
    numbers.set(functionName, names.length);
    return names.push(functionName) - 1;
  }

  return {
    count: () => count,
    add(entry) {
      if (count === capacity) grow();
      const row = count;
      ids.write(entry.activationId, row * 16, 'hex');
      revisions.write(entry.revision, row * 16, 'hex');
      starts[row] = entry.start;
      offsets[row] = entry.offset;
      lengths[row] = entry.length;
      functions[row] = numberFor(entry.functionName);
      statuses[row] = entry.statusCode;
      slots[slotOf(ids, row * 16)] = row;
      count += 1;
      return row;
    },
    entry: (row) => ({
      activationId: ids.toString('hex', row * 16, row * 16 + 16),
      revision: revisions.toString('hex', row * 16, row * 16 + 16),
      start: starts[row]!,
      statusCode: statuses[row]!,
      functionName: names[functions[row]!]!,
      offset: offsets[row]!,
      length: lengths[row]!,
    }),
    start: (row) => starts[row]!,
    activationId: (row) => ids.toString('hex', row * 16, row * 16 + 16),
    functionNumber: (row) => functions[row]!,
    numberOf: (functionName) => numbers.get(functionName),
    compareIds: (a, b) => ids.compare(ids, b * 16, b * 16 + 16, a * 16, a * 16 + 16),
    find(activationId) {
      const id = Buffer.from(activationId, 'hex');
      if (id.length !== 16) return undefined;
      const row = slots[slotOf(id, 0)]!;
      return row === EMPTY ? undefined : row;
    },
  };
}

function widened<Column extends Float64Array | Uint32Array | Uint8Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
