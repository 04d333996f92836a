/** A request as an instance sends it. */
export interface InstanceRequest {
  method: string;
  target: string;
  /** names in lower case; of several of one name the last */
  headers: ReadonlyMap<string, string>;
  body: ReceivedBody;
}

export interface ReceivedBody {
  text: string;
  /** length of all that was sent */
  bytes: number;
  truncated: boolean;
}

/** What is no request that this reader knows; nothing behind it can be read. */
export class UnreadableRequest extends Error {
  override readonly name = 'UnreadableRequest';
}

/** Longest head that is looked through for its end. */
const HEAD_LIMIT_BYTES = 65_536;
const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/1\.1$/;

interface BodyUnderWay {
  chunks: Buffer[];
  kept: number;
  bytes: number;
  length: number;
}

/**
 * Reads HTTP/1.1 requests whose bodies have a Content-Length, in whatever pieces they come. Every invocation is one, from a program
 * of ours: with the requests, answers and streams of Node's server it took the platform half as much processor time again.
 * @param bodyLimit bodies are cut off at so many bytes; the rest is counted
 * @throws UnreadableRequest from what it returns
 */
export function readRequests(
  bodyLimit: number,
  onRequest: (request: InstanceRequest) => void,
): (chunk: Buffer) => void {
  let held: Buffer | null = null;
  let head: Omit<InstanceRequest, 'body'> | null = null;
  let body: BodyUnderWay = { chunks: [], kept: 0, bytes: 0, length: 0 };

  function take(chunk: Buffer, from: number): number {
    const taken = Math.min(body.length - body.bytes, chunk.length - from);
    const kept = Math.min(taken, bodyLimit - body.kept);
    if (kept > 0) body.chunks.push(chunk.subarray(from, from + kept));
    body.kept += kept;
    body.bytes += taken;
    return from + taken;
  }

  return (chunk) => {
    const bytes = held === null ? chunk : Buffer.concat([held, chunk]);
    held = null;
    for (let at = 0; at < bytes.length;) {
      if (head === null) {
        const end = bytes.indexOf('\r\n\r\n', at, 'latin1');
        if (end < 0) {
          if (bytes.length - at > HEAD_LIMIT_BYTES) throw new UnreadableRequest('its head has no end');
          held = bytes.subarray(at);
          return;
        }
        head = headIn(bytes.toString('latin1', at, end));
        body = { chunks: [], kept: 0, bytes: 0, length: lengthOf(head.headers) };
        at = end + 4;
      }
      at = take(bytes, at);
      if (body.bytes < body.length) return;
      const request = { ...head, body: bodyOf(body) };
      head = null;
      onRequest(request);
    }
  };
}

function headIn(text: string): Omit<InstanceRequest, 'body'> {
  const [line, ...lines] = text.split('\r\n');
  const [, method, target] = REQUEST_LINE.exec(line!) ?? [];
  if (method === undefined) throw new UnreadableRequest(`it begins with ${JSON.stringify(line!.slice(0, 60))}`);
  const headers = new Map<string, string>();
  for (const each of lines) {
    const colon = each.indexOf(':');
    headers.set(each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim());
  }
  return { method, target: target!, headers };
}

function lengthOf(headers: ReadonlyMap<string, string>): number {
  if (headers.has('transfer-encoding')) throw new UnreadableRequest('its body has no Content-Length');
  const text = headers.get('content-length') ?? '0';
  if (!/^\d{1,15}$/.test(text)) throw new UnreadableRequest(`its Content-Length is ${JSON.stringify(text)}`);
  return Number(text);
}

function bodyOf({ chunks, kept, bytes }: BodyUnderWay): ReceivedBody {
  const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return { text: whole.toString('utf8'), bytes, truncated: kept < bytes };
}
