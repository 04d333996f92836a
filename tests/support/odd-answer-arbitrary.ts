import fc from 'fast-check';
import type { OddAnswer } from './odd-answers.js';

/** Header lines as servers send them, and some that say what becomes of the connection. */
const headerLine = fc.constantFrom(
  'Server: odd',
  'Date: Tue, 24 Nov 2026 12:00:00 GMT',
  'Content-Type: application/json',
  'X-Wanted: 0a1b2c',
  'x-empty:',
  'X-Long: '.padEnd(200, 'v'),
  'X-High: \u00e9\u00ff',
  'Connection: keep-alive',
  'Connection: close',
  'connection: Keep-Alive, Upgrade',
  'Keep-Alive: timeout=5, max=100',
  'Keep-Alive: timeout=1',
);
const bodyText = fc.string({
  unit: fc.constantFrom('a', 'b', '0', '5', ' ', '\r', '\n', ':', '\u0000', '\u00ff'),
  maxLength: 12,
});
const headers = fc.array(headerLine, { maxLength: 4 });
const version = fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0');

/** Mostly such as undici reads too. */
const informational = fc
  .tuple(
    fc.constantFrom(102, 102, 102, 103, 103, 103, 100),
    fc.array(fc.constantFrom('Link: </a>', 'X-Wanted: early', 'Keep-Alive: timeout=0'), { maxLength: 2 }),
  )
  .map(([status, lines]) => `HTTP/1.1 ${status} Wait\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`);

const chunk = fc
  .tuple(
    bodyText.filter((data) => data.length > 0),
    fc.constantFrom('', '', ';a=b', ';a="b c"', ';a'),
    fc.boolean(),
  )
  .map(([data, extension, upper]) => {
    const size = data.length.toString(16);
    return { data, coded: `${upper ? size.toUpperCase() : size}${extension}\r\n${data}\r\n` };
  });
const chunked = fc
  .tuple(fc.array(chunk, { maxLength: 4 }), fc.constantFrom('', '', 'X-Sum: 1\r\n', 'X-A:\r\nX-B: 2\r\n'))
  .map(([chunks, trailers]) => ({
    lines: ['Transfer-Encoding: chunked'],
    body: `${chunks.map(({ coded }) => coded).join('')}0\r\n${trailers}\r\n`,
    data: chunks.map(({ data }) => data).join(''),
  }));
const counted = bodyText.map((body) => ({ lines: [`Content-Length: ${body.length}`], body, data: body }));
const untilClose = bodyText.map((body) => ({ lines: [] as string[], body, data: body }));

/** An answer that a careful server might give: any framing, 1xx before it, something behind it. */
export const validAnswer = fc
  .record({
    before: fc.oneof(fc.array(informational, { maxLength: 0 }), fc.array(informational, { maxLength: 2 })),
    version,
    status: fc.constantFrom(200, 200, 200, 202, 204, 304, 404, 429, 500, 502),
    lines: headers,
    framed: fc.oneof(counted, chunked, untilClose),
    atEnd: fc.boolean(),
    behind: fc.constantFrom('', '', '', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'x'),
  })
  .map(({ before, version: http, status, lines, framed, atEnd, behind }) => {
    const all = atEnd ? [...lines, ...framed.lines] : [...framed.lines, ...lines];
    const head = `${before.join('')}${http} ${status} Reason\r\n${all.map((line) => `${line}\r\n`).join('')}\r\n`;
    if (status === 204 || status === 304) return { text: `${head}${behind}`, status, body: '', length: head.length };
    const lastsToTheEnd = framed.lines.length === 0;
    const text = `${head}${framed.body}${behind}`;
    return {
      text,
      status,
      /** as it comes out of its frame */
      body: lastsToTheEnd ? `${framed.body}${behind}` : framed.data,
      /** bytes that belong to it */
      length: lastsToTheEnd ? text.length : head.length + framed.body.length,
    };
  });

/** What goes wrong: bytes are put in, left out or replaced. */
const mutation = fc.record({
  at: fc.nat(),
  remove: fc.constantFrom(0, 0, 1, 1, 2, 5, 40),
  insert: fc.oneof(
    fc.constantFrom(
      '',
      '\r',
      '\n',
      '\r\n',
      ' ',
      '\t',
      ':',
      ';',
      ',',
      '0',
      '1',
      '9',
      'f',
      'z',
      '-',
      '+',
      '\u0000',
      '\u007f',
      '\u00a0',
      '\u00ff',
    ),
    fc.constantFrom(
      '\r\nContent-Length: 3\r\n',
      '\r\nContent-Length: 3',
      '\r\nTransfer-Encoding: chunked',
      '\r\nTransfer-Encoding: gzip, chunked',
      '\r\nTransfer-Encoding: chunked, gzip',
      '\r\nConnection: close',
      '\r\nConnection: x ,\tclose',
      '\r\n folded',
      '\r\n\r\n',
      '\r\n0\r\n\r\n',
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 103 Early\r\n\r\n',
    ),
  ),
});

function mutated(answer: string, { at, remove, insert }: { at: number; remove: number; insert: string }): string {
  const place = at % (answer.length + 1);
  return answer.slice(0, place) + insert + answer.slice(place + remove);
}

/** Bytes in pieces, cut at any places. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...cuts]
    .map((from, i) => bytes.subarray(from, cuts[i] ?? bytes.length))
    .filter(({ length }) => length > 0);
}

/** Valid answers with up to three faults, cut short perhaps, in any pieces, with any ending. */
export const oddAnswer: fc.Arbitrary<OddAnswer> = fc
  .record({
    method: fc.constantFrom('GET' as const, 'GET' as const, 'GET' as const, 'HEAD' as const),
    answer: validAnswer,
    mutations: fc.oneof(
      fc.array(mutation, { maxLength: 0 }),
      fc.array(mutation, { maxLength: 1 }),
      fc.array(mutation, { maxLength: 3 }),
    ),
    keptShare: fc.constantFrom(1, 1, 1, 0.99, 0.9, 0.5),
    cuts: fc.oneof(fc.constant([]), fc.array(fc.nat(), { maxLength: 6 })),
    ending: fc.constantFrom('stays open' as const, 'closes' as const, 'resets' as const),
  })
  .map(({ method, answer, mutations, keptShare, cuts, ending }) => {
    const all = Buffer.from(mutations.reduce(mutated, answer.text), 'latin1');
    const bytes = all.subarray(0, Math.ceil(all.length * keptShare));
    return { method, pieces: cutAt(bytes, cuts), ending };
  });
