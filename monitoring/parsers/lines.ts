import { countUnknown, type LineCount } from './reading.js';

/** No tool writes longer ones; a group's path may have 4,096 bytes. What is longer is not looked at, so no line can take long. */
const LONGEST = 8_192;
/** The sampler's lines have some 400 bytes for each of up to 200 groups; what goes on without an end fills no memory. */
const MOST_KEPT = 2 ** 20;

/**
 * The lines of a file, without their ends. A last line that has no end is not among them: it may have been cut in the middle
 * of a number, and would be read as a smaller one. It counts as unknown, as does a line that no tool can have written.
 */
export async function* wholeLines(chunks: AsyncIterable<string>, count: LineCount): AsyncGenerator<string> {
  let open = '';
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      yield open + chunk.slice(from, end);
      open = '';
      from = end + 1;
    }
    // Of a line without an end only so much is kept as tells that it is too long.
    if (open.length <= MOST_KEPT) open += chunk.slice(from, from + MOST_KEPT + 1);
  }
  if (open === '') return;
  count.cut = true;
  count.lines += 1;
  countUnknown(count, open);
}

/** Counts a line and takes the `\r` of a foreign line end off. @returns null where no tool can have written it */
export function countedLine(line: string, count: LineCount): string | null {
  count.lines += 1;
  if (line.length > LONGEST) {
    countUnknown(count, line);
    return null;
  }
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
