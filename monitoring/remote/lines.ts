/** A line had more bytes than may be: what sends it is not what we started, or broken. */
export class EndlessLine extends Error {
  override readonly name = 'EndlessLine';
}

/**
 * Cuts a stream of bytes into lines. What follows the last line break is held until its own comes, and is no line before;
 * so memory is bounded by `longestBytes`, whatever is sent.
 * @returns takes the next bytes and gives the lines that they complete
 * @throws EndlessLine from the call in which a line grows too long
 */
export function lineCutter(longestBytes: number): (bytes: Buffer) => Generator<string> {
  // Grows by doubling: a list of the pieces would be large where each is a byte.
  let held = Buffer.alloc(0);
  let heldBytes = 0;
  const hold = (bytes: Buffer): void => {
    const needed = heldBytes + bytes.length;
    if (needed > longestBytes) throw new EndlessLine();
    if (needed > held.length) held = Buffer.concat([held.subarray(0, heldBytes)], 2 * needed);
    heldBytes += bytes.copy(held, heldBytes);
  };
  return function* cut(bytes) {
    let from = 0;
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, from)) {
      hold(bytes.subarray(from, end));
      const line = held.toString('utf8', 0, heldBytes);
      heldBytes = 0;
      from = end + 1;
      yield line;
    }
    hold(bytes.subarray(from));
  };
}
