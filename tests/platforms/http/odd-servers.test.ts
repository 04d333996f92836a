import fc from 'fast-check';
import { Client, type Dispatcher } from 'undici';
import { expect, test } from 'vitest';
import { openConnectionPool } from '../../../platforms/http/connection-pool.js';
import { requestsOf } from '../../../platforms/http/request.js';
import { certificate } from '../../support/certificates.js';
import { oddAnswer } from '../../support/odd-answer-arbitrary.js';
import { faultOfUndici, type OddAnswer, type Seen, seenByUndici, seenByUs } from '../../support/odd-answers.js';
import { ODD_CORPUS } from '../../support/odd-corpus.js';
import { oddServer } from '../../support/odd-server.js';
import { ALLOWED_DIFFERENCES, differenceBetween } from '../../support/undici-differences.js';

// Our client beside undici's, on the same bytes. Whatever differs on purpose is named in tests/support/undici-differences.ts.
// For a search at length: FAASLAB_FUZZ_RUNS=1000000 FAASLAB_FUZZ_SEED=7 npx vitest run tests/platforms/http/odd-servers.test.ts
const FUZZ_RUNS = Number(process.env['FAASLAB_FUZZ_RUNS'] ?? 3_000);
const FUZZ_SEED = Number(process.env['FAASLAB_FUZZ_SEED'] ?? 20_261_124);

const CORPUS = ODD_CORPUS.map((row) => {
  const bytes = Buffer.from(row.text, 'latin1');
  const answer: OddAnswer = {
    method: row.method,
    ending: row.ending,
    pieces: bytes.length === 0 ? [] : [bytes],
  };
  return { ...row, answer };
});

const brief = ({ end, status, body, isKept }: Omit<Seen, 'wanted'>): string =>
  `${end} ${status ?? '-'} ${JSON.stringify(body)} ${isKept ? 'kept' : 'closed'}`;

test.each(CORPUS)('$name: $expected, and undici agrees or differs as listed', async ({ answer, expected }) => {
  const seen = await seenByUs(answer);
  expect(brief(seen)).toBe(expected);
  expect(differenceBetween(answer, seen, await seenByUndici(answer))).not.toBe('not allowed');
});

test('each listed difference to undici is one that the corpus shows', async () => {
  const shown = new Set<string>();
  for (const { answer } of CORPUS) {
    shown.add(differenceBetween(answer, await seenByUs(answer), await seenByUndici(answer)));
  }
  expect(ALLOWED_DIFFERENCES.filter((because) => !shown.has(because))).toEqual([]);
});

test(
  'on answers with random faults, in random pieces and with any ending, both see the same but for listed differences',
  { timeout: 60_000 + FUZZ_RUNS * 20 },
  async () => {
    let same = 0;
    const ends = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(oddAnswer, async (answer) => {
        const [ours, theirs] = await Promise.all([seenByUs(answer), seenByUndici(answer)]);
        const difference = differenceBetween(answer, ours, theirs);
        if (difference === 'none') same += 1;
        ends.set(ours.end, (ends.get(ours.end) ?? 0) + 1);
        expect(difference, JSON.stringify({ ours, theirs })).not.toBe('not allowed');
      }),
      { numRuns: FUZZ_RUNS, seed: FUZZ_SEED },
    );
    // What differs is the exception, and each way to end is met often: else the answers would prove little.
    expect(same).toBeGreaterThan(FUZZ_RUNS * 0.8);
    for (const end of ['whole', 'waits', 'reset', 'protocol']) expect(ends.get(end)).toBeGreaterThan(FUZZ_RUNS * 0.05);
  },
);

test.each(['http', 'https'])(
  'over real sockets (%s) a pool sees of the corpus what one connection saw',
  async (scheme) => {
    // A TLS socket of Node cannot reset. And bytes that come together with a reset are followed by an end, not by an error:
    // libuv says so to every client, so a body that lasts to the end looks whole then (docs/http-client.md).
    const rows = CORPUS.filter(
      ({ ending, text }) => ending !== 'resets' || (scheme === 'http' && !text.endsWith('\r\n\r\nhello')),
    );
    const url = await oddServer(
      rows.map(({ answer }) => answer),
      scheme === 'https' ? certificate() : undefined,
    );
    const waits = rows.map(({ expected }) => expected.startsWith('waits'));
    const ask = (i: number, timeoutMs: number) => seenByPool(`${url}/${i}`, rows[i]!.answer, timeoutMs);
    const ended = await Promise.all(rows.map((_, i) => (waits[i] ? null : ask(i, 30_000))));
    // What never ends is asked when nothing else is under way, so that all that is said is there before the deadline.
    const unended = await Promise.all(rows.map((_, i) => (waits[i] ? ask(i, 1_000) : null)));
    const seen = rows.map((_, i) => ended[i] ?? unended[i]);
    for (const [i, { name, expected }] of rows.entries()) {
      // A pool does not tell what it keeps.
      expect(seen[i], name).toBe(expected.replace(/ (?:kept|closed)$/, ''));
    }
  },
);

test('over real sockets undici sees of the corpus what it saw inside the process', async () => {
  const rows = CORPUS.filter(({ answer, expected }) => answer.ending !== 'resets' && !expected.startsWith('waits'));
  const url = await oddServer(rows.map(({ answer }) => answer));
  await Promise.all(
    rows.map(async ({ name, answer }, i) => {
      const inside = await seenByUndici(answer);
      if (inside.end === 'waits') return;
      const { end, status, body } = inside;
      expect(await undiciOver(url, i, answer), name).toEqual({ end, status, body });
    }),
  );
});

/** End, status and body as a pool of one connection tells them. */
async function seenByPool(address: string, { method }: OddAnswer, timeoutMs: number): Promise<string> {
  const url = new URL(address);
  const pool = openConnectionPool({
    origin: url.origin,
    maxConnections: 1,
    timeoutMs,
    keepBytes: 1_000,
    wantedHeaders: [],
    insecure: true,
  });
  const request = requestsOf({ url, method, headers: {} }, null)(0);
  const told = await new Promise<string>((done) =>
    pool.send(request, null, null, ({ fault, status, body, responseBytes }) => {
      const text = body?.toString('latin1') ?? '';
      if ((responseBytes ?? 0) !== text.length) return done(`${responseBytes} bytes counted, ${text.length} kept`);
      done(`${fault === 'timeout' ? 'waits' : (fault ?? 'whole')} ${status ?? '-'} ${JSON.stringify(text)}`);
    }),
  );
  pool.close();
  return told;
}

async function undiciOver(
  origin: string,
  i: number,
  { method }: OddAnswer,
): Promise<Pick<Seen, 'end' | 'status' | 'body'>> {
  const client = new Client(origin, { maxHeaderSize: 65_536 });
  const seen: Pick<Seen, 'end' | 'status' | 'body'> = { end: 'waits', status: null, body: '' };
  await new Promise<void>((done) => {
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {},
      onResponseStart(_controller, status) {
        if (status >= 200) seen.status = status;
      },
      onResponseData(_controller, bytes) {
        seen.body += bytes.toString('latin1');
      },
      onResponseEnd() {
        seen.end = 'whole';
        done();
      },
      onResponseError(_controller, error) {
        seen.end = faultOfUndici(error);
        done();
      },
    };
    client.dispatch({ path: `/${i}`, method }, handler);
  });
  await client.destroy();
  return seen;
}
