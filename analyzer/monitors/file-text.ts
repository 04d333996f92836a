import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/**
 * The text of a file in pieces. Bytes that are no UTF-8 become U+FFFD.
 * @throws the abort's reason
 */
export async function* fileText(path: string, signal?: AbortSignal): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 2 ** 10 })) {
    signal?.throwIfAborted();
    yield decoder.write(chunk as Buffer);
  }
  yield decoder.end();
}
