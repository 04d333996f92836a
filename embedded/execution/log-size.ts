/** `{"log":"…\n","stream":"stdout","time":"2026-11-21T08:28:47.328730463Z"}` and its newline, without the text. */
const FRAME_BYTES = 71;
/** What that JSON escapes. */
// oxlint-disable-next-line no-control-regex -- control characters are among it
const ESCAPED = /[\0-\x1f"\\<>&\u2028\u2029]/g;

/**
 * What a line takes of its log's limit: OpenWhisk counts the bytes of the lines of Docker's `json-file` driver, so that a
 * line without any text counts too. Quotes, backslashes and carriage returns take one byte more there (`\"`), the other
 * control characters and `<`, `>`, `&` five (`\u003c`), and the separators U+2028 and U+2029 three.
 *
 * @see `logs` in OpenWhisk's DockerContainer.scala (`limitWeighted`: the size of the line and 1)
 * @see Docker's daemon/logger/jsonfilelog/jsonlog
 */
export function sizeInLog(text: string): number {
  let bytes = FRAME_BYTES + Buffer.byteLength(text);
  for (const [letter] of text.matchAll(ESCAPED)) {
    if (letter === '"' || letter === '\\' || letter === '\r') bytes += 1;
    else bytes += letter > '\x7f' ? 3 : 5;
  }
  return bytes;
}
