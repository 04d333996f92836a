import { createServer, type Socket } from 'node:net';
import type { Phase } from '../faults/plan.js';
import { readRequests, UnreadableRequest, type InstanceRequest, type ReceivedBody } from './request-reader.js';

/** Where an answer goes. */
export interface Reply {
  /** the connection; writable as long as the instance has not closed its side */
  readonly socket: Socket;
  /** Answers. @param headers ASCII */
  send(status: number, headers: Readonly<Record<string, string | number>>, body: string): void;
}

/**
 * What an instance says to the platform, and when it says that it did: NaN if it does not say. Bodies are cut off at
 * `bodyLimit` bytes.
 */
export interface RuntimeCalls {
  /** it is prewarmed and asks for its function */
  functionWanted(reply: Reply): void;
  /** it asks for work; answered when there is some */
  next(reply: Reply, ns: number): void;
  returned(activationId: string, body: ReceivedBody, ns: number): void;
  raised(activationId: string, body: ReceivedBody, ns: number): void;
  loadFailed(body: ReceivedBody, ns: number): void;
  /** it has waited so long on purpose: before this activation, or before it could take any (null) */
  waited(phase: Phase, activationId: string | null, ns: number): void;
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
/** Ours too: how long it waited on purpose. Nothing answers it, so that the instance need not wait again. */
const WAITED = /^\/faaslab\/waited\/(spawn|init|run)\/(\d{1,16})(?:\/([\w-]+))?$/;
const INVOCATION = /^invocation\/([\w-]+)\/(response|error)$/;
const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 202: 'Accepted', 400: 'Bad Request', 404: 'Not Found' };
/** Longer bodies are written apart from their head: joining them would take their memory once more. */
const JOINED_BELOW = 65_536;

/**
 * AWS's Lambda Runtime API on a Unix socket that one instance alone knows. What it says with `Faaslab-Next` is also its question
 * for work, and is answered by that: as the one way there, one way back instead of two.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export function serveRuntimeApi(socketPath: string, bodyLimit: number, calls: RuntimeCalls): RuntimeApi {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    // A broken connection is closed too, and its end is told by that.
    socket.on('error', () => undefined);
    const reply = replyOver(socket);
    const read = readRequests(bodyLimit, (request) => answer(calls, request, reply));
    function hear(chunk: Buffer): void {
      try {
        read(chunk);
      } catch (error) {
        if (!(error instanceof UnreadableRequest)) throw error;
        socket.off('data', hear);
        reply.send(400, {}, error.message);
        socket.destroySoon();
      }
    }
    socket.on('data', hear);
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
      for (const socket of connections) socket.destroy();
    },
  };
}

function answer(calls: RuntimeCalls, { method, target, headers, body }: InstanceRequest, reply: Reply): void {
  const ns = Number(headers.get('faaslab-ns') ?? NaN);
  if (method === 'GET' && target === FUNCTION) return calls.functionWanted(reply);
  const [, phase, waitedNs, waitedFor = null] = WAITED.exec(target) ?? [];
  if (phase !== undefined) return calls.waited(phase as Phase, waitedFor, Number(waitedNs));
  const path = target.startsWith(BASE) ? target.slice(BASE.length) : '';
  if (method === 'GET' && path === 'invocation/next') return calls.next(reply, ns);
  const [, activationId, what] = INVOCATION.exec(path) ?? [];
  if (method !== 'POST' || (activationId === undefined && path !== 'init/error')) return reply.send(404, {}, '');
  const asks = activationId !== undefined && headers.has('faaslab-next');
  if (!asks) reply.send(202, {}, '');
  if (activationId === undefined) calls.loadFailed(body, ns);
  else if (what === 'response') calls.returned(activationId, body, ns);
  else calls.raised(activationId, body, ns);
  if (asks) calls.next(reply, ns);
}

function replyOver(socket: Socket): Reply {
  return {
    socket,
    send(status, headers, body) {
      let head = `HTTP/1.1 ${status} ${REASONS[status]}\r\n`;
      for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
      head += `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
      if (body.length < JOINED_BELOW) return void socket.write(head + body);
      socket.write(head);
      socket.write(body);
    },
  };
}
