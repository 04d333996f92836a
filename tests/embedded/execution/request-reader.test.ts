import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRequests, UnreadableRequest, type InstanceRequest } from '../../../embedded/execution/request-reader.js';

/** Feeds bytes in pieces that end at these places. */
function readIn(bytes: Buffer, cuts: readonly number[], bodyLimit: number): InstanceRequest[] {
  const requests: InstanceRequest[] = [];
  const read = readRequests(bodyLimit, (request) => requests.push(request));
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    read(bytes.subarray(from, end));
    from = end;
  }
  return requests;
}

const request = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  target: fc.constantFrom('/2018-06-01/runtime/invocation/next', '/2018-06-01/runtime/invocation/1-a/response', '/'),
  headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,9}$/), fc.stringMatching(/^[!-~]([ -~]{0,18}[!-~])?$/), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
  body: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => Buffer.from(text).toString('utf8')),
});

test('requests come out as they were sent, in whatever pieces they come', () => {
  fc.assert(
    fc.property(
      fc.array(request, { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(5_000), { maxLength: 12 }),
      (sent, cuts) => {
        const bytes = Buffer.concat(
          sent.map(({ method, target, headers, body }) => {
            const lines = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body) });
            const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
            return Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n${body}`);
          }),
        );
        const received = readIn(bytes, cuts, 1_000);
        expect(received.map(({ method, target, body }) => ({ method, target, text: body.text }))).toEqual(
          sent.map(({ method, target, body }) => ({ method, target, text: body })),
        );
        for (const [i, { headers, body }] of sent.entries()) {
          expect(Object.fromEntries(received[i]!.headers)).toEqual({
            ...headers,
            'content-length': String(Buffer.byteLength(body)),
          });
        }
      },
    ),
  );
});

test('of a body beyond the limit the beginning is kept, all is counted, and the next request is found behind it', () => {
  const first = `POST /a HTTP/1.1\r\nContent-Length: 12\r\n\r\n${'abc'.repeat(4)}`;
  const bytes = Buffer.from(`${first}GET /b HTTP/1.1\r\n\r\n`);
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const [long, next] = readIn(bytes, [cut], 5);
    expect(long!.body).toEqual({ text: 'abcab', bytes: 12, truncated: true });
    expect(next).toMatchObject({ method: 'GET', target: '/b', body: { text: '', bytes: 0, truncated: false } });
  }
});

test.each([
  ['no HTTP', 'hello\r\n\r\n'],
  ['another version', 'GET / HTTP/2\r\n\r\n'],
  ['a body in chunks', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['a length that is none', 'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n'],
  ['a head without an end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(70_000)}`],
])('%s is refused', (_, text) => {
  expect(() => readIn(Buffer.from(text), [], 10)).toThrow(UnreadableRequest);
});
