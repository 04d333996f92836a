// A server that writes down when each request arrived, on the machine's monotonic clock (CLOCK_MONOTONIC), and answers at
// once, or for two seconds not at all. A process of its own, driven over IPC:
//   { port: 0 }                         → { port }
//   { begin: { stallAfterMs } }         forgets what came; with a number, stalls so long after the first request
//   { save: path }                      → { requests, loopP99Ms }: writes the stamps as 64-bit floats, ms
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { requestReader } from './request-reader.mjs';

const STALL_MS = 2_000;
const LOOP_RESOLUTION_MS = 10;
const ANSWER = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n{"hello":"abc"}',
);

let stamps = new Float64Array(1 << 16);
let requests = 0;
let stallAfterMs = null;
let stalled = false;
/** sockets that wait for their answer, once for each request */
let waiting = [];
const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
delay.enable();

function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}

function note(socket) {
  if (requests === stamps.length) {
    const larger = new Float64Array(stamps.length * 2);
    larger.set(stamps);
    stamps = larger;
  }
  stamps[requests] = now();
  requests += 1;
  if (requests === 1 && stallAfterMs !== null) setTimeout(stall, stallAfterMs);
  if (stalled) waiting.push(socket);
  else socket.write(ANSWER);
}

function stall() {
  stalled = true;
  setTimeout(() => {
    stalled = false;
    for (const socket of waiting) socket.write(ANSWER);
    waiting = [];
  }, STALL_MS);
}

const server = createServer({ noDelay: true }, (socket) => {
  const read = requestReader(() => note(socket));
  socket.on('data', read).on('error', () => undefined);
});

function onMessage(message) {
  if (message.port !== undefined) {
    server.listen(message.port, '127.0.0.1', () => process.send({ port: server.address().port }));
  } else if (message.begin !== undefined) {
    requests = 0;
    stallAfterMs = message.begin.stallAfterMs ?? null;
    delay.reset();
    process.send({ ready: true });
  } else if (message.save !== undefined) {
    writeFileSync(message.save, new Uint8Array(stamps.buffer, 0, requests * 8));
    process.send({ requests, loopP99Ms: Math.max(0, delay.percentile(99) / 1e6 - LOOP_RESOLUTION_MS) });
  }
}

process.on('message', onMessage);
process.on('disconnect', () => process.exit(0));
