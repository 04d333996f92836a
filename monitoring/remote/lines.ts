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
  let held: Buffer[] = [];
  let heldBytes = 0;
  return function* cut(bytes) {
    let from = 0;
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, from)) {
      if (heldBytes + end - from > longestBytes) throw new EndlessLine();
      const line = Buffer.concat([...held, bytes.subarray(from, end)]);
      held = [];
      heldBytes = 0;
      from = end + 1;
      yield line.toString('utf8');
    }
    heldBytes += bytes.length - from;
    if (heldBytes > longestBytes) throw new EndlessLine();
    // A copy: a slice would keep the whole chunk alive.
    if (from < bytes.length) held.push(Buffer.from(bytes.subarray(from)));
  };
}
