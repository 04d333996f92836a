import { bodiesOf, type BodySource } from '../bodies.js';

/** A request as it goes to the socket: made before the test, so that sending it allocates nothing. */
export interface PreparedRequest {
  /** head and body together */
  bytes: Buffer;
  /** length of the body */
  requestBytes: number;
  /** its answer tells a length and has no body */
  isHead: boolean;
}

export interface RequestHead {
  /** scheme, host and port are of the connection; this is where the URL leads */
  url: URL;
  method: string;
  headers: Record<string, string>;
}

/** Methods whose requests say that they have no body, where they have none: RFC 9110 8.6. */
const EXPECT_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** Makes requests whose head is written once, and whose bodies may differ. */
function requestMaker(head: RequestHead): (body: Buffer | null) => PreparedRequest {
  const start = Buffer.from(startOf(head), 'latin1');
  const isHead = head.method === 'HEAD';
  const saysNoBody = EXPECT_BODY.has(head.method);
  return (body) => {
    const length = body?.byteLength ?? 0;
    const framing = body !== null || saysNoBody ? `content-length: ${length}\r\n\r\n` : '\r\n';
    const end = Buffer.from(framing, 'latin1');
    return {
      bytes: body === null ? Buffer.concat([start, end]) : Buffer.concat([start, end, body]),
      requestBytes: length,
      isHead,
    };
  };
}

/** Request line and headers, each value on one line: what a config or the environment says can add no line of its own. */
function startOf({ url, method, headers }: RequestHead): string {
  const named = Object.entries(headers);
  const lines = [`${method} ${url.pathname}${url.search} HTTP/1.1`];
  if (!named.some(([name]) => name.toLowerCase() === 'host')) lines.push(`host: ${url.host}`);
  // HTTP/1.0 servers keep a connection only if they are asked to.
  lines.push('connection: keep-alive');
  for (const [name, value] of named) lines.push(`${name}: ${value}`);
  const text = lines.join('\r\n');
  // oxlint-disable-next-line no-control-regex -- these would end a line, or are no Latin-1
  if (lines.some((line) => /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/.test(line))) {
    throw new TypeError(`${method}: a header or the path holds what cannot stand in a request`);
  }
  return `${text}\r\n`;
}

/** The requests of an instance by the input of a row. Those that can come again are made once, before the test. */
export function requestsOf(head: RequestHead, source: BodySource | null): (input: number) => PreparedRequest {
  const make = requestMaker(head);
  if (source === null) {
    const only = make(null);
    return () => only;
  }
  const bodyOf = bodiesOf(source);
  if (source.kind === 'duration') return (input) => make(bodyOf(input));
  const count = source.kind === 'one' ? 1 : source.bodies.length;
  const made = Array.from({ length: count }, (_, input) => make(bodyOf(input)));
  return (input) => made[input]!;
}
