import type { OddAnswer } from './odd-answers.js';

/** Odd answers by name, and what our client must make of each: end, status, body, and whether the connection is kept. */
interface CorpusRow {
  name: string;
  text: string;
  expected: string;
  ending: OddAnswer['ending'];
  method: OddAnswer['method'];
}

const OK = 'HTTP/1.1 200 OK\r\n';
const FIVE = 'Content-Length: 5\r\n\r\nhello';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const WHOLE = 'whole 200 "hello" kept';
const WHOLE_ONCE = 'whole 200 "hello" closed';
const NO_HTTP = 'protocol - "" closed';
const BROKEN = 'protocol 200 "" closed';

type Given = [name: string, text: string, expected: string, ending?: OddAnswer['ending'], method?: OddAnswer['method']];

const STATUS_LINES: Given[] = [
  ['a plain answer', `${OK}${FIVE}`, WHOLE],
  ['no reason', `HTTP/1.1 200 \r\n${FIVE}`, WHOLE],
  ['no reason and no space', `HTTP/1.1 200\r\n${FIVE}`, WHOLE],
  ['a reason in Latin-1', `HTTP/1.1 200 \u00e9t\u00e9\r\n${FIVE}`, WHOLE],
  ['a NUL in the reason, which nobody reads', `HTTP/1.1 200 O\0K\r\n${FIVE}`, WHOLE],
  ['a bare CR in the reason', `HTTP/1.1 200 O\rK\r\n${FIVE}`, NO_HTTP],
  ['a bare CR where the status line ends', `HTTP/1.1 200 OK\r\rA: b\r\n${FIVE}`, NO_HTTP],
  ['an empty line first', `\r\n${OK}${FIVE}`, NO_HTTP],
  ['a bare LF first', `\n${OK}${FIVE}`, NO_HTTP],
  ['HTTP/1.0 closes', `HTTP/1.0 200 OK\r\n${FIVE}`, WHOLE_ONCE],
  ['HTTP/1.0 keeps where it says so', `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n${FIVE}`, WHOLE],
  [
    'HTTP/1.0 with an encoding closes all the same',
    `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    WHOLE_ONCE,
  ],
  ['HTTP/0.9', `HTTP/0.9 200 OK\r\n${FIVE}`, NO_HTTP],
  ['HTTP/1.2', `HTTP/1.2 200 OK\r\n${FIVE}`, NO_HTTP],
  ['HTTP/2.0', `HTTP/2.0 200 OK\r\n${FIVE}`, NO_HTTP],
  ['a version in lower case', `http/1.1 200 OK\r\n${FIVE}`, NO_HTTP],
  ['ICY', `ICY 200 OK\r\n${FIVE}`, NO_HTTP],
  ['two spaces before the status', `HTTP/1.1  200 OK\r\n${FIVE}`, NO_HTTP],
  ['a tab behind the status', `HTTP/1.1 200\tOK\r\n${FIVE}`, NO_HTTP],
  ['a status of two digits', `HTTP/1.1 20 OK\r\n${FIVE}`, NO_HTTP],
  ['a status of four digits', `HTTP/1.1 2000 OK\r\n${FIVE}`, NO_HTTP],
  ['a status below 100', `HTTP/1.1 099 OK\r\n${FIVE}`, NO_HTTP],
  ['a status above 599, which counts as a server error', `HTTP/1.1 999 No\r\n${FIVE}`, 'whole 999 "hello" kept'],
  ['the banner of SSH', 'SSH-2.0-OpenSSH_9.2\r\n', NO_HTTP],
  ['a TLS alert', '\x15\x03\x01\x00\x02\x02\x16', NO_HTTP, 'closes'],
  ['a page without a head', '<html></html>', NO_HTTP, 'closes'],
];

const HEADERS: Given[] = [
  ['an empty value', `${OK}A:\r\n${FIVE}`, WHOLE],
  ['a name without a colon', `${OK}A\r\n${FIVE}`, NO_HTTP],
  ['an empty name', `${OK}: b\r\n${FIVE}`, NO_HTTP],
  ['a space before the colon', `${OK}A : b\r\n${FIVE}`, NO_HTTP],
  ['a space in a name', `${OK}A b: c\r\n${FIVE}`, NO_HTTP],
  ['Latin-1 in a name', `${OK}A\u00e9: c\r\n${FIVE}`, NO_HTTP],
  ['Latin-1 in a value', `${OK}A: \u00e9\r\n${FIVE}`, WHOLE],
  ['a NUL in a value', `${OK}A: a\0b\r\n${FIVE}`, NO_HTTP],
  ['a DEL in a value', `${OK}A: a\x7fb\r\n${FIVE}`, NO_HTTP],
  ['a folded header', `${OK}A: b\r\n c\r\n${FIVE}`, NO_HTTP],
  ['a folded length', `${OK}Content-Length:\r\n 5\r\n\r\nhello`, NO_HTTP],
  ['lines that end with LF alone', `HTTP/1.1 200 OK\nContent-Length: 5\n\nhello`, NO_HTTP],
  ['a header that ends with LF alone', `${OK}A: b\n${FIVE}`, NO_HTTP],
  ['a head that ends with LF alone', `${OK}Content-Length: 5\r\n\nhello`, NO_HTTP],
  ['a bare CR in a value', `${OK}A: b\rc\r\n${FIVE}`, NO_HTTP],
  ['a head of 20 KB', `${OK}A: ${'x'.repeat(20_000)}\r\n${FIVE}`, WHOLE],
  // 17 + 3 + 65,474 + 2 + 19 + 2 bytes = 65,517, and 65,537 with twenty more: the limit is 65,536.
  ['a head just below 64 KiB', `${OK}A: ${'x'.repeat(65_474)}\r\n${FIVE}`, WHOLE],
  ['a head of one byte more than 64 KiB', `${OK}A: ${'x'.repeat(65_494)}\r\n${FIVE}`, NO_HTTP],
];

const LENGTHS: Given[] = [
  ['a length of 0', `${OK}Content-Length: 0\r\n\r\n`, 'whole 200 "" kept'],
  ['zeros before a length', `${OK}Content-Length: 00000000000000000005\r\n\r\nhello`, WHOLE],
  ['blanks behind a length', `${OK}Content-Length: 5 \t \r\n\r\nhello`, WHOLE],
  ['a no-break space behind a length', `${OK}Content-Length: 5\u00a0\r\n\r\nhello`, NO_HTTP],
  ['the same length twice', `${OK}Content-Length: 5\r\n${FIVE}`, NO_HTTP],
  ['the same length twice in a list', `${OK}Content-Length: 5, 5\r\n\r\nhello`, NO_HTTP],
  ['two lengths', `${OK}Content-Length: 4\r\n${FIVE}`, NO_HTTP],
  ['a negative length', `${OK}Content-Length: -5\r\n\r\nhello`, NO_HTTP],
  ['a length with a plus', `${OK}Content-Length: +5\r\n\r\nhello`, NO_HTTP],
  ['a length in hexadecimal', `${OK}Content-Length: 0x5\r\n\r\nhello`, NO_HTTP],
  ['two numbers in a length', `${OK}Content-Length: 5 5\r\n\r\nhello`, NO_HTTP],
  ['an empty length', `${OK}Content-Length:\r\n\r\nhello`, NO_HTTP, 'closes'],
  ['a length of 2^53 + 1', `${OK}Content-Length: 9007199254740993\r\n\r\nhello`, NO_HTTP, 'closes'],
  ['a length of 2^64 + 5', `${OK}Content-Length: 18446744073709551621\r\n\r\nhello`, NO_HTTP, 'closes'],
  ['less than its length, then the end', `${OK}Content-Length: 5\r\n\r\nhell`, 'reset 200 "hell" closed', 'closes'],
  ['nothing of its length, then the end', `${OK}Content-Length: 5\r\n\r\n`, 'reset 200 "" closed', 'closes'],
  ['less than its length, then silence', `${OK}Content-Length: 5\r\n\r\nhell`, 'waits 200 "hell" kept'],
  ['more than its length', `${OK}${FIVE}!`, WHOLE_ONCE],
  ['a second answer behind the first', `${OK}${FIVE}${OK}${FIVE}`, WHOLE_ONCE],
  ['an empty line behind the answer', `${OK}${FIVE}\r\n`, WHOLE_ONCE],
  ['a body that lasts to the end', `${OK}\r\nhello`, WHOLE_ONCE, 'closes'],
  ['a body that lasts to the end, which does not come', `${OK}\r\nhello`, 'waits 200 "hello" kept'],
  ['a body that lasts to the end, which is a reset', `${OK}\r\nhello`, 'reset 200 "hello" closed', 'resets'],
];

const CONNECTIONS: Given[] = [
  ['Connection: close', `${OK}Connection: close\r\n${FIVE}`, WHOLE_ONCE],
  ['close in a list', `${OK}Connection: x ,\tClose ,y\r\n${FIVE}`, WHOLE_ONCE],
  ['close beside keep-alive', `${OK}Connection: close\r\nConnection: keep-alive\r\n${FIVE}`, WHOLE_ONCE],
  [
    'close beside keep-alive in HTTP/1.0',
    `HTTP/1.0 200 OK\r\nConnection: close\r\nConnection: keep-alive\r\n${FIVE}`,
    WHOLE_ONCE,
  ],
  ['kept for 0 s', `${OK}Keep-Alive: timeout=0\r\n${FIVE}`, WHOLE_ONCE],
  ['kept for no longer than the request needs', `${OK}Keep-Alive: timeout=1\r\n${FIVE}`, WHOLE_ONCE],
  ['kept for 5 s', `${OK}Keep-Alive: timeout=5, max=100\r\n${FIVE}`, WHOLE],
  ['kept for 1 s and for 5 s', `${OK}Keep-Alive: timeout=1\r\nKeep-Alive: max=7\r\n${FIVE}`, WHOLE_ONCE],
  ['kept for an xtimeout', `${OK}Keep-Alive: xtimeout=0\r\n${FIVE}`, WHOLE],
  ['an upgrade that is only offered', `${OK}Upgrade: h2c\r\nConnection: upgrade\r\n${FIVE}`, WHOLE],
];

const CHUNKS: Given[] = [
  ['chunks', `${CHUNKED}2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`, WHOLE],
  [
    'sizes in both cases',
    `${CHUNKED}A\r\nhellohello\r\na\r\nhellohello\r\n0\r\n\r\n`,
    'whole 200 "hellohellohellohello" kept',
  ],
  ['zeros before a size', `${CHUNKED}00000000000000000005\r\nhello\r\n000\r\n\r\n`, WHOLE],
  ['blanks behind a size', `${CHUNKED}5 \t \r\nhello\r\n0\r\n\r\n`, WHOLE],
  ['a word behind a size', `${CHUNKED}5 x\r\nhello\r\n0\r\n\r\n`, BROKEN],
  ['extensions', `${CHUNKED}5;a=b;c="d e"\r\nhello\r\n0;f\r\n\r\n`, WHOLE],
  ['an extension without a name', `${CHUNKED}5;\r\nhello\r\n0\r\n\r\n`, WHOLE],
  ['an extension between blanks', `${CHUNKED}5 ; a = b\r\nhello\r\n0\r\n\r\n`, WHOLE],
  ['an extension that ends with LF alone', `${CHUNKED}5;a\nhello\r\n0\r\n\r\n`, BROKEN],
  ['a DEL in an extension', `${CHUNKED}5;a="\x7f"\r\nhello\r\n0\r\n\r\n`, BROKEN],
  ['extensions of more than 64 KiB', `${CHUNKED}5;a=${'x'.repeat(65_600)}\r\nhello\r\n0\r\n\r\n`, BROKEN],
  ['a size with 0x', `${CHUNKED}0x5\r\nhello\r\n0\r\n\r\n`, BROKEN],
  ['a size that is negative', `${CHUNKED}-5\r\nhello\r\n0\r\n\r\n`, BROKEN],
  ['a size that is no number', `${CHUNKED}zz\r\nhello\r\n0\r\n\r\n`, BROKEN],
  ['no size', `${CHUNKED}\r\nhello\r\n0\r\n\r\n`, BROKEN],
  ['a size beyond 2^53', `${CHUNKED}ffffffffffffff\r\nhello`, BROKEN, 'closes'],
  ['a size of 2^64 + 5', `${CHUNKED}10000000000000005\r\nhello\r\n0\r\n\r\n`, BROKEN, 'closes'],
  ['a size line that ends with LF alone', `${CHUNKED}5\nhello\r\n0\r\n\r\n`, BROKEN],
  ['no line end behind a chunk', `${CHUNKED}5\r\nhello0\r\n\r\n`, 'protocol 200 "hello" closed'],
  ['more bytes than its size in a chunk', `${CHUNKED}4\r\nhello\r\n0\r\n\r\n`, 'protocol 200 "hell" closed'],
  ['the end in the middle of a chunk', `${CHUNKED}5\r\nhel`, 'reset 200 "hel" closed', 'closes'],
  ['the end where the last chunk should be', `${CHUNKED}5\r\nhello\r\n`, 'reset 200 "hello" closed', 'closes'],
  ['the end before the last empty line', `${CHUNKED}5\r\nhello\r\n0\r\n`, 'reset 200 "hello" closed', 'closes'],
  [
    'the end in the middle of a chunk, as announced',
    `${OK}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel`,
    'reset 200 "hel" closed',
    'closes',
  ],
  ['trailers', `${CHUNKED}5\r\nhello\r\n0\r\nA: b\r\nC:\r\n\r\n`, WHOLE],
  ['a length among the trailers', `${CHUNKED}5\r\nhello\r\n0\r\nContent-Length: 7\r\n\r\n`, WHOLE],
  [
    'close among the trailers, where it says nothing',
    `${CHUNKED}5\r\nhello\r\n0\r\nX: Connection: close\r\n\r\n`,
    WHOLE,
  ],
  ['a trailer without a colon', `${CHUNKED}5\r\nhello\r\n0\r\nA b\r\n\r\n`, 'protocol 200 "hello" closed'],
  ['a folded trailer', `${CHUNKED}5\r\nhello\r\n0\r\nA: b\r\n c\r\n\r\n`, 'protocol 200 "hello" closed'],
];

const CODED = '5\r\nhello\r\n0\r\n\r\n';
const AS_IT_IS = `whole 200 ${JSON.stringify(CODED)} closed`;
const ENCODINGS: Given[] = [
  ['CHUNKED', `${OK}Transfer-Encoding: CHUNKED\r\n\r\n${CODED}`, WHOLE],
  ['gzip, then chunked', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n${CODED}`, WHOLE],
  ['gzip and chunked between tabs', `${OK}Transfer-Encoding: gzip\t,\tchunked\t\r\n\r\n${CODED}`, WHOLE],
  [
    'gzip, then chunked, on two lines',
    `${OK}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n${CODED}`,
    WHOLE,
  ],
  ['chunked, then gzip', `${OK}Transfer-Encoding: chunked, gzip\r\n\r\n${CODED}`, AS_IT_IS, 'closes'],
  [
    'chunked, then gzip, on two lines',
    `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n${CODED}`,
    AS_IT_IS,
    'closes',
  ],
  ['an encoding that ends like chunked', `${OK}Transfer-Encoding: xchunked\r\n\r\n${CODED}`, AS_IT_IS, 'closes'],
  ['an encoding that begins like chunked', `${OK}Transfer-Encoding: chunkedx\r\n\r\n${CODED}`, AS_IT_IS, 'closes'],
  ['chunked with a parameter', `${OK}Transfer-Encoding: chunked;a=b\r\n\r\n${CODED}`, AS_IT_IS, 'closes'],
  ['identity', `${OK}Transfer-Encoding: identity\r\n\r\n${CODED}`, AS_IT_IS, 'closes'],
  ['chunked before a length', `${OK}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n${CODED}`, NO_HTTP],
  ['a length before chunked', `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${CODED}`, NO_HTTP],
  ['a length beside identity', `${OK}Content-Length: 5\r\nTransfer-Encoding: identity\r\n\r\nhello`, NO_HTTP, 'closes'],
  ['a length beside an encoding without a name', `${OK}Transfer-Encoding:\r\n${FIVE}`, NO_HTTP],
];

const WITHOUT_BODY: Given[] = [
  ['204', 'HTTP/1.1 204 No\r\n\r\n', 'whole 204 "" kept'],
  ['204 with a length', 'HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n', 'whole 204 "" kept'],
  ['204 with a body', `HTTP/1.1 204 No\r\n${FIVE}`, 'whole 204 "" closed'],
  ['204 with an encoding', 'HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n', 'whole 204 "" kept'],
  ['205 with the length 0', 'HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n', 'whole 205 "" kept'],
  ['304 with the length that a 200 would have', 'HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\n', 'whole 304 "" kept'],
  ['HEAD with a length', `${OK}Content-Length: 5\r\n\r\n`, 'whole 200 "" kept', 'stays open', 'HEAD'],
  ['HEAD with an encoding', CHUNKED, 'whole 200 "" kept', 'stays open', 'HEAD'],
  ['HEAD with nothing', `${OK}\r\n`, 'whole 200 "" kept', 'stays open', 'HEAD'],
  ['HEAD with a body', `${OK}${FIVE}`, 'whole 200 "" closed', 'stays open', 'HEAD'],
  ['nothing, then the end', '', 'reset - "" closed', 'closes'],
  ['nothing, then a reset', '', 'reset - "" closed', 'resets'],
  ['nothing', '', 'waits - "" kept'],
  ['half a status line, then the end', 'HTTP/1.1 20', 'reset - "" closed', 'closes'],
  ['half a header, then a reset', `${OK}A: b`, 'reset - "" closed', 'resets'],
  [
    'half a length beside an encoding, then the end',
    `${OK}Transfer-Encoding: chunked\r\nContent-Length: 5`,
    'reset - "" closed',
    'closes',
  ],
  ['a broken length, then the end of its line', `${OK}Content-Length:\r\n`, NO_HTTP, 'closes'],
];

const INTERIM: Given[] = [
  ['100 Continue unasked', `HTTP/1.1 100 Continue\r\n\r\n${OK}${FIVE}`, WHOLE],
  ['102', `HTTP/1.1 102 Processing\r\n\r\n${OK}${FIVE}`, WHOLE],
  ['103 twice', `${'HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n'.repeat(2)}${OK}${FIVE}`, WHOLE],
  ['103 forty times', `${'HTTP/1.1 103 Early\r\n\r\n'.repeat(40)}${OK}${FIVE}`, NO_HTTP],
  ['103 with a length', `HTTP/1.1 103 Early\r\nContent-Length: 9\r\n\r\n${OK}${FIVE}`, WHOLE],
  ['103 with an encoding', `HTTP/1.1 103 Early\r\nTransfer-Encoding: chunked\r\n\r\n${OK}${FIVE}`, WHOLE],
  ['103 with close', `HTTP/1.1 103 Early\r\nConnection: close\r\n\r\n${OK}${FIVE}`, WHOLE],
  ['103 kept for 0 s', `HTTP/1.1 103 Early\r\nKeep-Alive: timeout=0\r\n\r\n${OK}${FIVE}`, WHOLE],
  ['199', `HTTP/1.1 199 What\r\n\r\n${OK}${FIVE}`, WHOLE],
  ['103, then the end', 'HTTP/1.1 103 Early\r\n\r\n', 'reset - "" closed', 'closes'],
  ['101', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', NO_HTTP],
];

export const ODD_CORPUS: readonly CorpusRow[] = [
  STATUS_LINES,
  HEADERS,
  LENGTHS,
  CONNECTIONS,
  CHUNKS,
  ENCODINGS,
  WITHOUT_BODY,
  INTERIM,
]
  .flat()
  .map(([name, text, expected, ending = 'stays open', method = 'GET']) => ({ name, text, expected, ending, method }));
