import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serveRuntimeApi, type Reply, type RuntimeApi } from '../../../embedded/execution/runtime-api.js';
import { emptyFolder } from '../../support/programs.js';

interface Api {
  api: RuntimeApi;
  socket: Socket;
  /** what the platform was told, in this order */
  told: string[];
  /** Waits for a question for work. */
  asked: Promise<Reply>;
  /** Waits until so much was received, and takes it. */
  received(bytes: number): Promise<string>;
}

async function openApi(): Promise<Api> {
  const socketPath = join(emptyFolder(), 's');
  const told: string[] = [];
  let ask!: (reply: Reply) => void;
  const asked = new Promise<Reply>((resolve) => (ask = resolve));
  const api = serveRuntimeApi(socketPath, 1_000, {
    functionWanted: () => told.push('function'),
    next(reply) {
      told.push('next');
      ask(reply);
    },
    returned: (id, { text }, ns) => told.push(`${id} returned ${text} at ${ns}`),
    raised: (id, { text }) => told.push(`${id} raised ${text}`),
    loadFailed: ({ text }) => told.push(`load failed ${text}`),
    waited: (phase, id, ns) => told.push(`waited ${ns} in ${phase} of ${id}`),
  });
  const socket = connect(socketPath);
  await once(socket, 'connect');
  onTestFinished(() => {
    socket.destroy();
    api.close();
  });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    api,
    socket,
    told,
    asked,
    async received(bytes) {
      while (text.length < bytes) await once(socket, 'data');
      const taken = text;
      text = '';
      return taken;
    },
  };
}

const ACCEPTED = 'HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n';
const BASE = '/2018-06-01/runtime';

test('an answer is accepted, as by AWS, before the next work is asked for', async () => {
  const { socket, told, received } = await openApi();
  socket.write(`POST ${BASE}/invocation/1-a/response HTTP/1.1\r\nFaaslab-Ns: 17\r\nContent-Length: 2\r\n\r\n{}`);
  expect(await received(ACCEPTED.length)).toBe(ACCEPTED);
  expect(told).toEqual(['1-a returned {} at 17']);
});

test('an answer that asks for the next work gets that and nothing else', async () => {
  const { socket, told, asked, received } = await openApi();
  socket.write(`POST ${BASE}/invocation/1-a/error HTTP/1.1\r\nFaaslab-Next: 1\r\nContent-Length: 1\r\n\r\nx`);
  (await asked).send(200, { 'Content-Type': 'application/json' }, 'ä');
  const work = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\nä';
  expect(await received(work.length)).toBe(work);
  expect(told).toEqual(['1-a raised x', 'next']);
});

test('how long an instance waited on purpose is heard, in its order, and not answered', async () => {
  const { socket, told, received } = await openApi();
  const waited = ['spawn/5000123', 'run/17/1-a'].map((what) => `POST /faaslab/waited/${what} HTTP/1.1\r\n\r\n`);
  socket.write(`${waited.join('')}POST ${BASE}/invocation/1-a/response HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}`);
  expect(await received(ACCEPTED.length)).toBe(ACCEPTED);
  expect(told).toEqual(['waited 5000123 in spawn of null', 'waited 17 in run of 1-a', '1-a returned {} at NaN']);
});

test('a long body arrives whole, behind its head', async () => {
  const { socket, asked, received } = await openApi();
  socket.write(`GET ${BASE}/invocation/next HTTP/1.1\r\n\r\n`);
  const body = 'x'.repeat(1_000_000);
  (await asked).send(200, {}, body);
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n';
  expect(await received(head.length + body.length)).toBe(head + body);
});

test('what there is not is 404, what cannot be read 400, after which the connection ends', async () => {
  const { socket, received } = await openApi();
  socket.write('GET /elsewhere HTTP/1.1\r\n\r\n');
  const notFound = 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n';
  expect(await received(notFound.length)).toBe(notFound);
  const ended = once(socket, 'end');
  socket.write('nonsense\r\n\r\n');
  await ended;
  expect(await received(1)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*it begins with "nonsense"$/s);
});

test('when an instance has closed its connections, everything that it said before was heard', async () => {
  const { api, socket, told } = await openApi();
  socket.end(`POST ${BASE}/init/error HTTP/1.1\r\nContent-Length: 2\r\n\r\nno`);
  await new Promise<void>((heard) => {
    // The connection must be known before it is waited for.
    const wait = (): void => (told.length === 0 ? void setImmediate(wait) : api.whenHeard(heard));
    wait();
  });
  expect(told).toEqual(['load failed no']);
});
