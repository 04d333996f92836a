import type { Payload } from '../../workload/model.js';
import { bodiesOf, bodySourceOf, type BodySource } from '../bodies.js';

/**
 * What `wsk` makes of an instance's parameters: it reads their JSON and writes it anew, without white space, with no more
 * escapes in strings than needed, numbers as they were, and a line feed at the end. Its keys come out in another order,
 * which changes no length: so these bodies are as long as those of the requests that it sends.
 */
export function parametersOf(payload: Payload): BodySource {
  const source = bodySourceOf(payload, '{}');
  switch (source.kind) {
    case 'one':
      return { kind: 'one', bytes: asSent(source.bytes) };
    case 'list':
      return { kind: 'list', bodies: source.bodies.map(asSent) };
    case 'duration':
      return { ...source, json: compactJson(source.json) };
  }
}

/** The size of a row's request, by its input. */
export function requestBytesOf(parameters: BodySource): (input: number) => number {
  const bodyOf = bodiesOf(parameters);
  const lineFeed = parameters.kind === 'duration' ? 1 : 0;
  return (input) => bodyOf(input).byteLength + lineFeed;
}

function asSent(json: Uint8Array): Uint8Array {
  return Buffer.from(`${compactJson(Buffer.from(json).toString('utf8'))}\n`, 'utf8');
}

/** JSON text without white space and needless escapes. Numbers stay as they stand: as doubles some would change. */
export function compactJson(json: string): string {
  return json.replaceAll(/"[^"\\]*(?:\\.[^"\\]*)*"|\s+/g, (token) => (token.startsWith('"') ? asGoWrites(token) : ''));
}

/** A string of JSON; unlike JSON.stringify, Go escapes the two line separators of Unicode. */
function asGoWrites(text: string): string {
  const written = JSON.stringify(JSON.parse(text));
  return written.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
