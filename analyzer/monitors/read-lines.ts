import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** Longer than any line of any monitor; what goes on without an end is cut here, so that it fills no memory. */
const LONGEST_LINE = 4 * 2 ** 20;

/**
 * The lines of a file without their ends, the last one also without a newline after it. Bytes that are no UTF-8 become
 * U+FFFD.
 * @throws the abort's reason
 */
export async function* readLines(path: string, signal?: AbortSignal): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 2 ** 10 })) {
    signal?.throwIfAborted();
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = lines.pop()!.slice(0, LONGEST_LINE);
    for (const line of lines) yield withoutReturn(line);
  }
  rest += decoder.end();
  if (rest !== '') yield withoutReturn(rest);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
