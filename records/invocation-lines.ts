import { writeInteger, writeThousandths } from '../common/decimal.js';
import { csvText, type Outcome } from './invocations.js';

/** Journal lines as bytes, in buffers that are used again: at 20,000/s, texts would keep the garbage collector busy. */
export interface InvocationLines {
  /**
   * @param numbers NaN = absent
   * @param at      where the invocation's ten numbers begin: seq, place of the instance in the list, planned, fired, sent,
   *                first byte, end (ms since plan zero), status, request bytes, response bytes
   */
  add(numbers: Float64Array, at: number, outcome: Outcome, error: string | null, activationId: string | null): void;
  /** the lines since the last time, which stay as they are until they are given back */
  take(): Buffer<ArrayBuffer>;
  /** lines that were taken and are not needed any more */
  giveBack(lines: Buffer<ArrayBuffer>): void;
}

const COMMA = 0x2c;
const NEWLINE = 0x0a;
/** Lines of a batch; more make it larger. */
const BUFFER_BYTES = 1 << 16;
/** Room for all numbers of a line with their commas. */
const NUMBERS_ROOM = 256;

/** The same lines as `invocationLine` makes of rows. */
export function invocationLines(instances: readonly { name: string; function: string }[]): InvocationLines {
  const middles = instances.map((each) => Buffer.from(`,${csvText(each.name)},${csvText(each.function)},`, 'utf8'));
  const spent: Buffer<ArrayBuffer>[] = [];
  let bytes = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  let end = 0;

  function makeRoom(needed: number): void {
    if (end + needed <= bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, end + needed));
    bytes.copy(larger, 0, 0, end);
    bytes = larger;
  }
  function comma(): void {
    bytes[end++] = COMMA;
  }
  function time(ms: number): void {
    if (!Number.isNaN(ms)) end = writeThousandths(bytes, end, ms);
    comma();
  }
  function integer(value: number): void {
    if (!Number.isNaN(value)) end = writeInteger(bytes, end, value);
  }
  function text(value: string | null): void {
    if (value === null) return;
    const quoted = csvText(value);
    makeRoom(quoted.length * 3 + NUMBERS_ROOM);
    end += bytes.write(quoted, end, 'utf8');
  }

  return {
    add(numbers, at, outcome, error, activationId) {
      const middle = middles[numbers[at + 1]!]!;
      makeRoom(middle.length + NUMBERS_ROOM);
      integer(numbers[at]!);
      end += middle.copy(bytes, end);
      for (let i = at + 2; i < at + 7; i += 1) time(numbers[i]!);
      end += bytes.write(outcome, end, 'latin1');
      comma();
      text(error);
      comma();
      integer(numbers[at + 7]!);
      comma();
      text(activationId);
      comma();
      integer(numbers[at + 8]!);
      comma();
      integer(numbers[at + 9]!);
      bytes[end++] = NEWLINE;
    },
    take() {
      const lines = bytes.subarray(0, end);
      bytes = spent.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
      end = 0;
      return lines;
    },
    giveBack: (lines) => void spent.push(Buffer.from(lines.buffer)),
  };
}
