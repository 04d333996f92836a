import { expect, test } from 'vitest';
import { type RequestHead, requestsOf } from '../../../platforms/http/request.js';
import type { BodySource } from '../../../platforms/bodies.js';

const head = (given: Partial<Omit<RequestHead, 'url'>> & { url?: string } = {}): RequestHead => ({
  method: 'POST',
  headers: {},
  ...given,
  url: new URL(given.url ?? 'http://server.test/'),
});
const one = (text: string): BodySource => ({ kind: 'one', bytes: Buffer.from(text) });
const textOf = (of: RequestHead, source: BodySource | null): string =>
  requestsOf(of, source)(0).bytes.toString('latin1');

test('a request is its line, the host, keep-alive, the headers in their order, the length and the body', () => {
  const given = head({ url: 'http://server.test:8080/a/b?c=d#e', method: 'PUT', headers: { 'X-B': '1', 'x-a': 'é' } });
  expect(textOf(given, one('{"a":1}'))).toBe(
    'PUT /a/b?c=d HTTP/1.1\r\nhost: server.test:8080\r\nconnection: keep-alive\r\nX-B: 1\r\nx-a: é\r\n' +
      'content-length: 7\r\n\r\n{"a":1}',
  );
});

test.each([
  ['POST', 'content-length: 0\r\n\r\n'],
  ['PUT', 'content-length: 0\r\n\r\n'],
  ['PATCH', 'content-length: 0\r\n\r\n'],
  ['GET', 'keep-alive\r\n\r\n'],
  ['HEAD', 'keep-alive\r\n\r\n'],
  ['DELETE', 'keep-alive\r\n\r\n'],
])('a %s without a body says so only where one is expected', (method, end) => {
  expect(textOf(head({ method }), null).endsWith(end)).toBe(true);
  expect(requestsOf(head({ method }), null)(0)).toMatchObject({ requestBytes: 0, isHead: method === 'HEAD' });
});

test.each([
  ['http://127.0.0.1/', 'host: 127.0.0.1\r\n'],
  ['http://[::1]:81/', 'host: [::1]:81\r\n'],
  ['https://server.test:443/', 'host: server.test\r\n'],
  ['http://bücher.test/', 'host: xn--bcher-kva.test\r\n'],
])('%s is asked for as %j', (url, line) => {
  expect(textOf(head({ url }), null)).toContain(`\r\n${line}`);
});

test.each([
  ['http://server.test/a b/ü/%0d%0a', '/a%20b/%C3%BC/%0d%0a'],
  ['http://server.test/\r\nx: y', '/x:%20y'],
  ['http://server.test/?q="<é>\\', '/?q=%22%3C%C3%A9%3E\\'],
  ['http://server.test', '/'],
  ['http://server.test//a/../b', '//b'],
])('%j has the target %s', (url, target) => {
  expect(textOf(head({ url, method: 'GET' }), null).split('\r\n')[0]).toBe(`GET ${target} HTTP/1.1`);
});

test('a host that the config gives replaces the one of the URL', () => {
  const text = textOf(head({ headers: { Host: 'other.test' } }), null);
  expect(text.match(/host:.*/gi)).toEqual(['Host: other.test']);
});

test.each([
  ['a line end', 'a\r\nx: y'],
  ['a bare LF', 'a\nb'],
  ['a NUL', 'a\0b'],
  ['what is no Latin-1', 'a\u20ac'],
])('%s in a header makes no request, and the message does not show the value', (_, value) => {
  const making = (): unknown => requestsOf(head({ headers: { 'x-secret': value } }), null);
  expect(making).toThrow('POST: a header or the path holds what cannot stand in a request');
});

test('bodies that come again are made once; those of a duration are made for their row', () => {
  const list = requestsOf(head(), { kind: 'list', bodies: [Buffer.from('a'), Buffer.from('bcd')] });
  expect([list(1).requestBytes, list(1) === list(1), list(0).bytes.toString().endsWith('\r\n\r\na')]).toEqual([
    3,
    true,
    true,
  ]);
  const duration = requestsOf(head(), { kind: 'duration', parameter: 'ms', json: '{"a":1}' });
  expect(duration(12.5).bytes.toString().split('\r\n\r\n')[1]).toBe('{"a":1,"ms":12.5}');
  expect(duration(12.5).requestBytes).toBe(17);
});
