import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createRawServer, type AddressInfo, type Server as RawServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { monotonicMs } from '../../common/clock.js';

/** Listens on a free port of loopback until the end of the test. */
export async function listening(server: Server | RawServer, protocol = 'http'): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
  return `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An HTTP server that answers each request as `answer` does. */
export function httpServer(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  return listening(createServer(answer));
}

/** A TCP server that says what it likes on each connection. */
export function rawServer(onSocket: (socket: Socket) => void): Promise<string> {
  return listening(createRawServer(onSocket));
}

/** Calls back when the head of a request (up to its empty line) has arrived, for each request on the connection. */
export function onRequest(socket: Socket, call: (head: string) => void): void {
  let head = '';
  socket.on('data', (chunk) => {
    head += chunk.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    const whole = head;
    head = '';
    call(whole);
  });
}

/** What arrived at a server, and when on the axis of `monotonicMs()`. */
export interface Arrival {
  atMs: number;
  url: string;
  method: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server that notes when each request's head arrived, and answers 200 after the body unless told otherwise. */
export async function recordingServer(
  answer: (response: ServerResponse, arrival: Arrival) => void = (response) => void response.end('{}'),
): Promise<{ url: string; arrivals: Arrival[] }> {
  const arrivals: Arrival[] = [];
  const url = await httpServer((request, response) => {
    const { url = '', method = '', headers } = request;
    const arrival: Arrival = { atMs: monotonicMs(), url, method, headers, body: '' };
    arrivals.push(arrival);
    request.setEncoding('utf8').on('data', (chunk: string) => (arrival.body += chunk));
    request.on('end', () => answer(response, arrival));
  });
  return { url, arrivals };
}

/** The URL of a port on which nobody listens. */
export async function closedPort(): Promise<string> {
  const server = createRawServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}
