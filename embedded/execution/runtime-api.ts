import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * What an instance says to the platform, and when it says that it did: NaN if it does not say. Bodies are cut off at
 * `bodyLimit` bytes.
 */
export interface RuntimeCalls {
  /** it is prewarmed and asks for its function */
  functionWanted(response: ServerResponse): void;
  /** it asks for work; answered when there is some */
  next(response: ServerResponse, ns: number): void;
  returned(activationId: string, body: ReceivedBody, ns: number): void;
  raised(activationId: string, body: ReceivedBody, ns: number): void;
  loadFailed(body: ReceivedBody, ns: number): void;
}

export interface ReceivedBody {
  text: string;
  /** length of all that was sent */
  bytes: number;
  truncated: boolean;
}

/** The API of one instance. */
export interface RuntimeApi {
  /** Calls back when all that the instance sent before its end was heard. */
  whenHeard(then: () => void): void;
  close(): void;
}

const BASE = '/2018-06-01/runtime/';
/** Ours alone: what a prewarmed instance waits for. */
const FUNCTION = '/faaslab/function';
const INVOCATION = /^invocation\/([\w-]+)\/(response|error)$/;

/**
 * AWS's Lambda Runtime API on a Unix socket that one instance alone knows.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export function serveRuntimeApi(socketPath: string, bodyLimit: number, calls: RuntimeCalls): RuntimeApi {
  const server = createServer((request, response) => void answer(request, response));
  // An idle instance holds its question open for as long as it is kept.
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.keepAliveTimeout = 0;
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.listen(socketPath);
  return {
    whenHeard(then) {
      const open = [...connections];
      let left = open.length;
      if (left === 0) then();
      for (const socket of open) {
        socket.once('close', () => {
          left -= 1;
          if (left === 0) then();
        });
      }
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const ns = Number(request.headers['faaslab-ns'] ?? NaN);
    if (request.method === 'GET' && request.url === FUNCTION) return calls.functionWanted(response);
    const path = request.url!.startsWith(BASE) ? request.url!.slice(BASE.length) : '';
    if (request.method === 'GET' && path === 'invocation/next') {
      calls.next(response, ns);
      return;
    }
    const matched = INVOCATION.exec(path);
    const told = path === 'init/error' ? calls.loadFailed : matched?.[2] === 'response' ? 'returned' : 'raised';
    if (request.method !== 'POST' || (matched === null && path !== 'init/error')) {
      response.writeHead(404, { 'Content-Length': 0 }).end();
      return;
    }
    receive(request, bodyLimit, (body) => {
      response.writeHead(202, { 'Content-Length': 0 }).end();
      if (typeof told === 'function') told(body, ns);
      else calls[told](matched![1]!, body, ns);
    });
  }
}

function receive(request: IncomingMessage, limit: number, then: (body: ReceivedBody) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let kept = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (kept >= limit) return;
    const part = chunk.subarray(0, limit - kept);
    kept += part.length;
    chunks.push(part);
  });
  request.on('end', () => then({ text: Buffer.concat(chunks).toString('utf8'), bytes, truncated: kept < bytes }));
}

/** What a runtime reports of an error: `{errorType, errorMessage, stackTrace}`. */
export function errorIn({ text }: ReceivedBody): { errorType: string; message: string; stack: string[]; text: string } {
  let told: { errorType?: unknown; errorMessage?: unknown; stackTrace?: unknown } = {};
  try {
    told = (JSON.parse(text) ?? {}) as typeof told;
  } catch {
    // a runtime that reports its error as plain text
  }
  return {
    errorType: typeof told.errorType === 'string' ? told.errorType : 'Error',
    message: typeof told.errorMessage === 'string' ? told.errorMessage : text,
    stack: Array.isArray(told.stackTrace) ? told.stackTrace.map(String) : [],
    text,
  };
}
