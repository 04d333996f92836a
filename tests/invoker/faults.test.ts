import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { anchorClock, monotonicMs } from '../../common/clock.js';
import type { InvocationRow } from '../../records/invocations.js';
import type { Manifest } from '../../records/manifest.js';
import type { Limits } from '../../workload/model.js';
import { rowServer, type RowServer, rowsTo } from '../support/row-server.js';
import { workloadOf } from '../support/workloads.js';
import { invocationsOf, runIn } from './running.js';

// Whole runs against servers that misbehave. The server is in the main thread, the rows are fired in a thread of their own.

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

interface FaultRun {
  server: RowServer;
  rows: InvocationRow[];
  manifest: Manifest;
  /** plan zero, `monotonicMs()` */
  zeroMs: number;
}

interface Planned {
  ratePerS: number;
  durationS: number;
  limits?: Partial<Limits>;
}

/** A row that reaches the server later than this was held back: the faults here last longer, and the machine is busy. */
const ON_TIME_MS = 500;

/** Runs a plan against a server, and checks what must hold whatever the server does. */
async function runAgainst(
  { ratePerS, durationS, limits = {} }: Planned,
  serve: (socket: Socket, seq: number, server: RowServer) => void,
): Promise<FaultRun> {
  const planned = ratePerS * durationS;
  const server: RowServer = await rowServer((socket, seq) => serve(socket, seq, server));
  const workload = workloadOf([rowsTo(server.url, planned, { arrivals: { process: 'Constant', ratePerS } })], {
    durationS,
  });
  const { manifest, directory } = await runIn({ ...workload, limits: { ...workload.limits, ...limits } });
  const rows = await invocationsOf(directory);

  // One record for each row, in plan order; the ledger says the same as the records.
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: planned }, (_, seq) => seq));
  const count = (outcome: string): number => rows.filter((row) => row.outcome === outcome).length;
  const counts = { ok: count('ok'), failed: count('failed'), dropped: count('dropped'), lost: 0, unreached: 0 };
  expect(manifest.ledger).toEqual({ planned, ...counts });
  expect(counts.ok + counts.failed + counts.dropped).toBe(planned);

  // No request was sent twice, each arrived after it was sent, and each that arrived was on time.
  const anchor = anchorClock();
  const zeroMs = anchor.monotonicMs + manifest.start_epoch_ms! - anchor.epochMs;
  expect(new Set(server.arrivals.map(({ seq }) => seq)).size).toBe(server.arrivals.length);
  for (const { seq, atMs } of server.arrivals) {
    const { planned_ms, sent_ms } = rows[seq]!;
    // The wall clock counts whole milliseconds.
    expect(atMs - zeroMs).toBeGreaterThanOrEqual(sent_ms! - 2);
    expect(atMs - zeroMs - planned_ms, `row ${seq} was held back`).toBeLessThan(ON_TIME_MS);
  }
  for (const { planned_ms, fired_ms, sent_ms, first_byte_ms, end_ms } of rows) {
    const times = [planned_ms, fired_ms, sent_ms, first_byte_ms, end_ms].filter((time) => time !== null);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
  await expect.poll(server.open, { timeout: 20_000, interval: 5 }).toBe(0);
  return { server, rows, manifest, zeroMs };
}

const words = ({ outcome, error }: InvocationRow): string => (error === null ? outcome : `${outcome} ${error}`);
const responseMs = ({ planned_ms, end_ms }: InvocationRow): number => end_ms! - planned_ms;

test('it refuses for half a second: those rows are refused, and the ones after it are served at their times', async () => {
  let backMs = Infinity;
  const {
    server: refusing,
    rows,
    zeroMs,
  } = await runAgainst({ ratePerS: 200, durationS: 2 }, (socket, seq, server) => {
    if (seq !== 100) return void socket.write(OK);
    server.goAway();
    setTimeout(() => void server.comeBack().then(() => (backMs = monotonicMs())), 500);
  });
  const arrived = refusing.arrivals.map(({ seq }) => seq);
  for (const seq of arrived.slice(0, arrived.indexOf(100))) expect(rows[seq]!.outcome).toBe('ok');
  expect(words(rows[100]!)).toBe('failed reset');
  expect(new Set(rows.map(words))).toEqual(new Set(['ok', 'failed refused', 'failed reset']));
  const refused = rows.filter(({ error }) => error === 'refused');
  // In 500 ms 100 rows are planned; of those that the machine's own delays leave, a refused one was never sent.
  expect(refused.length).toBeGreaterThan(20);
  expect(refused.every(({ sent_ms, status, response_bytes }) => (sent_ms ?? status ?? response_bytes) === null)).toBe(
    true,
  );
  const later = rows.filter(({ planned_ms }) => planned_ms > backMs - zeroMs + 100);
  expect(later.length).toBeGreaterThan(20);
  expect(later.every((row) => words(row) === 'ok')).toBe(true);
});

test('it resets in the middle of a body: that row is `reset`, and no other', async () => {
  const { rows } = await runAgainst({ ratePerS: 200, durationS: 0.5 }, (socket, seq) => {
    if (seq % 3 !== 1) return void socket.write(OK);
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.resetAndDestroy());
  });
  expect(rows.map(words)).toEqual(rows.map(({ seq }) => (seq % 3 === 1 ? 'failed reset' : 'ok')));
});

test('it stalls for a fifth of the test: a fifth of the rows tell it, for they were sent at their times and waited', async () => {
  const held: Socket[] = [];
  let stall: { fromMs: number; uptoMs: number } | undefined;
  const planned = { ratePerS: 400, durationS: 4 };
  const { server, rows, zeroMs } = await runAgainst(planned, (socket, seq) => {
    if (stall === undefined && seq >= 640) {
      stall = { fromMs: monotonicMs(), uptoMs: Infinity };
      setTimeout(() => {
        stall!.uptoMs = monotonicMs();
        for (const waiting of held) waiting.write(OK);
      }, 800);
    }
    if (stall === undefined || stall.uptoMs !== Infinity) socket.write(OK);
    else held.push(socket);
  });
  expect(rows.every((row) => words(row) === 'ok')).toBe(true);
  // What arrived in the stall was answered after it, and its response time says so; each was planned 2.5 ms after the last.
  const caught = server.arrivals.filter(({ atMs }) => atMs >= stall!.fromMs && atMs < stall!.uptoMs);
  for (const { seq } of caught) expect(rows[seq]!.end_ms!).toBeGreaterThanOrEqual(stall!.uptoMs - zeroMs - 2);
  // 0.8 s of 4 s: 320 of 1,600 rows, whose waits are spread evenly over 0 to 800 ms, so that 280 of them waited 100 ms or more.
  const waited = rows.filter((row) => responseMs(row) >= 100).length;
  expect(waited / rows.length).toBeGreaterThan(0.15);
  expect(waited / rows.length).toBeLessThan(0.5);
  // A client that held arrivals back would show one slow row for each connection.
  expect(caught.length / rows.length).toBeGreaterThan(0.15);
});

test('it answers byte by byte: each row is whole, its time counts to the last byte, and others do not wait for it', async () => {
  const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
  const { rows } = await runAgainst({ ratePerS: 100, durationS: 1 }, (socket) => {
    let at = 0;
    const drip = setInterval(() => {
      socket.write(text[at]!);
      at += 1;
      if (at === text.length) clearInterval(drip);
    }, 10);
  });
  for (const row of rows) {
    expect(row).toMatchObject({ outcome: 'ok', status: 200, response_bytes: 5 });
    // 62 bytes, 10 ms between each and the next; those that a delay brought together are not counted on.
    expect(responseMs(row)).toBeGreaterThan(61 * 10 * 0.8);
  }
});

test('it never answers some: these are `timeout` at their deadlines, and the others are served', async () => {
  const { rows } = await runAgainst({ ratePerS: 200, durationS: 0.5, limits: { timeoutMs: 800 } }, (socket, seq) => {
    if (seq % 4 !== 0) socket.write(OK);
  });
  expect(rows.map(words)).toEqual(rows.map(({ seq }) => (seq % 4 === 0 ? 'failed timeout' : 'ok')));
  for (const row of rows.filter(({ seq }) => seq % 4 === 0)) {
    expect(row).toMatchObject({ status: null, first_byte_ms: null, response_bytes: null });
    expect(responseMs(row)).toBeGreaterThanOrEqual(800);
  }
});

test('it closes connections after their answers, having said so: every row is served', async () => {
  const { rows } = await runAgainst({ ratePerS: 200, durationS: 0.5 }, (socket, seq) => {
    if (seq % 2 === 0) socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok');
    else socket.end('HTTP/1.1 200 OK\r\n\r\nok');
  });
  for (const row of rows) expect(row).toMatchObject({ outcome: 'ok', status: 200, response_bytes: 2 });
});

test('it closes connections after their answers without a word: a row that crosses the end is `reset`, never sent again', async () => {
  const { rows } = await runAgainst({ ratePerS: 100, durationS: 0.5 }, (socket) => void socket.end(OK));
  expect(rows.every((row) => ['ok', 'failed reset'].includes(words(row)))).toBe(true);
  // 10 ms lie between two rows, and the end follows its answer at once: crossing it is the exception.
  expect(rows.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThan(rows.length * 0.7);
});

test('it answers what is no HTTP: that row is `protocol`, and no other', async () => {
  const broken = [
    'HELLO\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}\r\n`,
  ];
  const { rows } = await runAgainst({ ratePerS: 200, durationS: 0.5 }, (socket, seq) => {
    socket.write(seq % 5 === 0 ? OK : broken[(seq % 5) - 1]!);
  });
  expect(rows.map(words)).toEqual(rows.map(({ seq }) => (seq % 5 === 0 ? 'ok' : 'failed protocol')));
});

test('it sends 10 MB now and then: all of it is counted, and the other rows are served at their times', async () => {
  const large = Buffer.concat([
    Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n'),
    Buffer.alloc(1e7, 'x'),
  ]);
  const { rows } = await runAgainst({ ratePerS: 200, durationS: 0.5 }, (socket, seq) => {
    socket.write(seq % 20 === 0 ? large : OK);
  });
  expect(rows.every((row) => words(row) === 'ok')).toBe(true);
  expect(rows.map(({ response_bytes }) => response_bytes)).toEqual(rows.map(({ seq }) => (seq % 20 === 0 ? 1e7 : 2)));
});

test('above the limit of rows in flight each is dropped at its planned time, and reaches the server never', async () => {
  const held: Socket[] = [];
  const planned = { ratePerS: 200, durationS: 0.5, limits: { maxInFlight: 10 } };
  const { server, rows, manifest } = await runAgainst(planned, (socket) => {
    held.push(socket);
    // Answered after the plan's last row was due.
    if (held.length === 1) setTimeout(() => held.forEach((waiting) => waiting.write(OK)), 1_200);
  });
  expect(manifest.ledger).toMatchObject({ ok: 10, dropped: 90 });
  expect(server.arrivals.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual([...Array(10).keys()]);
  for (const row of rows.slice(10)) {
    expect(row).toMatchObject({
      outcome: 'dropped',
      error: 'in_flight_limit',
      sent_ms: null,
      end_ms: null,
      status: null,
    });
    expect(row.fired_ms! - row.planned_ms).toBeLessThan(ON_TIME_MS);
  }
  expect(manifest.verdict).toMatchObject({ valid: false });
});
