import type { OddAnswer, Seen, SeenByUndici } from './odd-answers.js';

/** A case in which our client may see something else than undici, on purpose. */
interface Difference {
  /** what we do, and why */
  because: string;
  covers(seen: { answer: OddAnswer; text: string; ours: Seen; theirs: SeenByUndici; error: string }): boolean;
}

/** The status line of an interim answer stands somewhere. */
const INTERIM = /HTTP\/1\.[01] 1\d\d[ \r]/;

/** Everything that is allowed to differ. What comes after undici has given up cannot be compared. */
const DIFFERENCES: readonly Difference[] = [
  {
    because: 'a 100 Continue that nobody asked for is read over (RFC 9110 15.2: a client MUST be able to parse it)',
    covers: ({ text, error }) => error.includes('bad response') && /HTTP\/1\.[01] 100[ \r]/.test(text),
  },
  {
    because: '`Connection: close` on an interim answer does not keep the final one from coming (RFC 9110 15.2)',
    covers: ({ text, error }) => error.includes('Data after `Connection: close`') && INTERIM.test(text),
  },
  {
    because: 'a body that lasts until the connection ends is whole only if no error ended it (RFC 9112 8)',
    covers: ({ answer, ours, theirs }) =>
      answer.ending === 'resets' && ours.end === 'reset' && theirs.end === 'whole' && isSameRead(ours, theirs),
  },
  {
    because: 'what the end of the connection cuts off is `reset`, whatever its frame; undici faults some frames',
    covers: ({ answer, ours, theirs, error }) =>
      answer.ending !== 'stays open' &&
      ours.end === 'reset' &&
      theirs.end === 'protocol' &&
      /Invalid EOF state|LENGTH_MISMATCH/.test(error) &&
      isSameRead(ours, theirs),
  },
  {
    because: '204 and 304 have no body, whatever length they tell (RFC 9112 6.3, first rule)',
    covers: ({ ours, error }) => error.includes('LENGTH_MISMATCH') && (ours.status === 204 || ours.status === 304),
  },
  {
    because: 'what is in a chunk extension is ignored, grammatical or not (RFC 9112 7.1.1)',
    covers: ({ ours, error }) => error.includes('in chunk extensions') && ours.status !== null,
  },
  {
    because: 'but a control character is no part of one (RFC 9110 5.6.4)',
    covers: ({ text, ours }) => ours.end === 'protocol' && ours.status !== null && /;[^\r\n]*\u007f/.test(text),
  },
  {
    because: 'an encoding without a name is still one, beside which no length may stand (RFC 9112 6.3, third rule)',
    covers: ({ text, ours }) =>
      ours.end === 'protocol' && ours.status === null && /transfer-encoding:[ \t]*\r\n/i.test(text),
  },
  {
    because: 'a length beyond what a double holds exactly is none that a server means',
    covers: ({ text, ours }) => ours.end === 'protocol' && /\d{16}|\r\n0*[1-9a-f][0-9a-f]{12,}\r\n/i.test(text),
  },
  {
    because: 'blanks behind the size of a chunk are ignored (RFC 9112 7.1.1, BWS)',
    covers: ({ text, error }) => error.includes('in chunk size') && /\r\n[0-9a-f]+[ \t]+(?:[;\r]|$)/i.test(text),
  },
  {
    because: 'a Content-Length among the trailers frames nothing (RFC 9110 6.5.1)',
    covers: ({ text, ours, error }) =>
      error.includes("can't be present with") && ours.status !== null && /\r\n0+\r\n[^]*content-length/i.test(text),
  },
  {
    because: 'a header is judged when its line is whole, so one that is cut off or still coming is not judged yet',
    covers: ({ answer, ours, theirs }) =>
      theirs.end === 'protocol' &&
      theirs.status === null &&
      ours.status === null &&
      ours.end === (answer.ending === 'stays open' ? 'waits' : 'reset'),
  },
  {
    because: 'and one whose line is whole is judged at once, though the head is cut off or still coming',
    covers: ({ answer, ours, theirs }) =>
      ours.end === 'protocol' &&
      ours.status === null &&
      theirs.status === null &&
      theirs.end === (answer.ending === 'stays open' ? 'waits' : 'reset'),
  },
  {
    because: 'an answer begins with its status line: empty lines are for servers to read over (RFC 9112 2.2)',
    covers: ({ text, ours }) => ours.end === 'protocol' && ours.status === null && /(?:^|\n\r\n)[\r\n]/.test(text),
  },
  {
    because: 'a bare CR ends no status line (RFC 9112 2.2)',
    covers: ({ text, ours }) =>
      ours.end === 'protocol' && ours.status === null && /HTTP\/1\.[01] \d{3}[^\r\n]*\r(?!\n)/.test(text),
  },
  {
    because: 'only HTTP/1.0 and HTTP/1.1 are read; a server of another version would not speak so (RFC 9112 2.3)',
    covers: ({ text, ours }) => ours.end === 'protocol' && ours.status === null && /HTTP\/(?:0\.9|2\.0) /.test(text),
  },
  {
    because: 'a head, or what chunks carry beside data, is at most 64 KiB long, every byte counted; undici counts some',
    covers: ({ answer, ours }) => ours.end === 'protocol' && answer.pieces.reduce((n, p) => n + p.length, 0) > 65_536,
  },
  {
    because: 'more than 32 interim answers are none that a server means',
    covers: ({ text, ours }) => ours.end === 'protocol' && text.split('HTTP/1.1 1').length > 33,
  },
  {
    because: 'blanks around a value and between the elements of a list may be tabs (RFC 9110 5.6.3)',
    covers: ({ text }) => /(?:transfer-encoding|content-length|connection):[^\r]*\t/i.test(text),
  },
  {
    because: 'what an interim answer says of its connection is not said of the final one (RFC 9110 15.2)',
    covers: ({ text, ours, theirs }) =>
      isSameButKept(ours, theirs) && ours.isKept && INTERIM.test(text) && text.includes('timeout=0'),
  },
  {
    because: 'of two times for which a connection is kept the shorter counts, and `xtimeout` is none',
    covers: ({ text, ours, theirs }) =>
      isSameButKept(ours, theirs) && (/(?:keep-alive:[^]*){2}/i.test(text) || /[^\s:,;]timeout=/i.test(text)),
  },
  {
    because: 'the connection of a HEAD is used again (RFC 9112 9.3)',
    covers: ({ answer, ours, theirs }) => answer.method === 'HEAD' && ours.isKept && isSameButKept(ours, theirs),
  },
  {
    because: 'bytes behind an answer end its connection, were they only an empty line',
    covers: ({ text, ours, theirs }) => !ours.isKept && isSameButKept(ours, theirs) && /[\r\n]\s*$/.test(text),
  },
  {
    because:
      'an HTTP/1.0 connection is kept only if that is certain: not with an encoding (RFC 9112 6.1), nor if also told to close',
    covers: ({ text, ours, theirs }) => !ours.isKept && isSameButKept(ours, theirs) && text.includes('HTTP/1.0'),
  },
];

function isSameRead(ours: Seen, theirs: Seen): boolean {
  return ours.status === theirs.status && ours.body === theirs.body && ours.wanted === theirs.wanted;
}

function isSameButKept(ours: Seen, theirs: Seen): boolean {
  return ours.end === theirs.end && isSameRead(ours, theirs) && ours.isKept !== theirs.isKept;
}

/** What stands between the two: nothing (they agree), a difference that is allowed, or one that is not. */
export function differenceBetween(answer: OddAnswer, ours: Seen, theirs: SeenByUndici): string {
  if (ours.end === theirs.end && isSameRead(ours, theirs) && ours.isKept === theirs.isKept) return 'none';
  const text = Buffer.concat(answer.pieces).toString('latin1');
  const error = theirs.error ?? '';
  const allowed = DIFFERENCES.find(({ covers }) => covers({ answer, text, ours, theirs, error }));
  return allowed?.because ?? 'not allowed';
}

export const ALLOWED_DIFFERENCES = DIFFERENCES.map(({ because }) => because);
