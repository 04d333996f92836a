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
/** Columns grow by so many rows at a time, so that growing neither copies nor leaves anything behind. */
const SEGMENT_ROWS = 65_536;
const SEGMENT_BITS = 16;
const WITHIN = SEGMENT_ROWS - 1;

interface Segment {
  ids: Buffer;
  revisions: Buffer;
  starts: Float64Array;
  offsets: Float64Array;
  lengths: Uint32Array;
  functions: Uint32Array;
  statuses: Uint8Array;
}

/** Creates empty columns. */
export function createColumns(): ActivationColumns {
  const segments: Segment[] = [];
  let count = 0;
  const names: string[] = [];
  const numbers = new Map<string, number>();
  // Open addressing over the first digits of the id, which are random by themselves.
  let slots = new Int32Array(2_048).fill(EMPTY);

  function segmentOf(row: number): Segment {
    return segments[row >>> SEGMENT_BITS]!;
  }
  function widenSlots(): void {
    slots = new Int32Array(slots.length * 2).fill(EMPTY);
    for (let row = 0; row < count; row += 1) slots[slotOf(segmentOf(row).ids, (row & WITHIN) * 16)] = row;
  }

  /** The slot that holds this id, or the free one where it belongs. */
  function slotOf(id: Buffer, at: number): number {
    let slot = id.readUInt32LE(at) % slots.length;
    for (;;) {
      const row = slots[slot]!;
      if (row === EMPTY || isIdAt(row, id, at)) return slot;
      slot = (slot + 1) % slots.length;
    }
  }
  function isIdAt(row: number, id: Buffer, at: number): boolean {
    const place = (row & WITHIN) * 16;
    return id.compare(segmentOf(row).ids, place, place + 16, at, at + 16) === 0;
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
      if (count === segments.length * SEGMENT_ROWS) segments.push(newSegment());
      if (count * 2 === slots.length) widenSlots();
      const row = count;
      const segment = segmentOf(row);
      const at = row & WITHIN;
      segment.ids.write(entry.activationId, at * 16, 'hex');
      segment.revisions.write(entry.revision, at * 16, 'hex');
      segment.starts[at] = entry.start;
      segment.offsets[at] = entry.offset;
      segment.lengths[at] = entry.length;
      segment.functions[at] = numberFor(entry.functionName);
      segment.statuses[at] = entry.statusCode;
      slots[slotOf(segment.ids, at * 16)] = row;
      count += 1;
      return row;
    },
    entry(row) {
      const { ids, revisions, starts, statuses, functions, offsets, lengths } = segmentOf(row);
      const at = row & WITHIN;
      return {
        activationId: ids.toString('hex', at * 16, at * 16 + 16),
        revision: revisions.toString('hex', at * 16, at * 16 + 16),
        start: starts[at]!,
        statusCode: statuses[at]!,
        functionName: names[functions[at]!]!,
        offset: offsets[at]!,
        length: lengths[at]!,
      };
    },
    start: (row) => segmentOf(row).starts[row & WITHIN]!,
    activationId: (row) => segmentOf(row).ids.toString('hex', (row & WITHIN) * 16, (row & WITHIN) * 16 + 16),
    functionNumber: (row) => segmentOf(row).functions[row & WITHIN]!,
    numberOf: (functionName) => numbers.get(functionName),
    compareIds(a, b) {
      const [ofA, ofB] = [(a & WITHIN) * 16, (b & WITHIN) * 16];
      return segmentOf(a).ids.compare(segmentOf(b).ids, ofB, ofB + 16, ofA, ofA + 16);
    },
    find(activationId) {
      const id = Buffer.from(activationId, 'hex');
      if (id.length !== 16) return undefined;
      const row = slots[slotOf(id, 0)]!;
      return row === EMPTY ? undefined : row;
    },
  };
}

function newSegment(): Segment {
  return {
    ids: Buffer.alloc(SEGMENT_ROWS * 16),
    revisions: Buffer.alloc(SEGMENT_ROWS * 16),
    starts: new Float64Array(SEGMENT_ROWS),
    offsets: new Float64Array(SEGMENT_ROWS),
    lengths: new Uint32Array(SEGMENT_ROWS),
    functions: new Uint32Array(SEGMENT_ROWS),
    statuses: new Uint8Array(SEGMENT_ROWS),
  };
}
