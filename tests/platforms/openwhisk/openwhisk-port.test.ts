import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { actionUrlPath, parseActionPath, webActionUrlPath } from '../../../platforms/openwhisk/action-path.js';
import { endingOfOpenWhisk } from '../../../platforms/openwhisk/outcome.js';
import { openPort, type OpenWhiskDescriptor } from '../../../platforms/openwhisk/port.js';
import type { InvocationPort } from '../../../platforms/platform.js';
import { sentBy } from '../../support/flights.js';
import { onRequest, rawServer, recordingServer } from '../../support/http-servers.js';

const OPTIONS = { maxInFlight: 10, timeoutMs: 5_000, responseBodyBytes: 4_096 };
function one(text: string) {
  return { kind: 'one' as const, bytes: Buffer.from(text) };
}

const CALL = { blocking: true, web: false, path: '/x', contentType: 'application/json', body: one('{"n":1}') };

async function portTo(
  apiHost: string,
  call: Partial<OpenWhiskDescriptor['calls'][number]> = {},
): Promise<InvocationPort> {
  const descriptor = { apiHost, auth: 'uuid:key', insecure: false, calls: [{ ...CALL, ...call }] };
  // As it crosses to the firing thread: a Buffer arrives as plain bytes.
  const port = await openPort(structuredClone(descriptor), OPTIONS);
  onTestFinished(() => port.close());
  return port;
}

/** A server that answers with the bytes that a real OpenWhisk sent. */
async function replaying(fixture: string, nth = 0): Promise<string> {
  const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'openwhisk', 'responses');
  const text = readFileSync(join(folder, fixture), 'utf8');
  const answers = text.split(/^(?=HTTP\/1\.1 )/m).filter((part) => part.startsWith('HTTP/1.1'));
  const [head, body] = answers[nth]!.split(/\r?\n\r?\n/);
  const bytes = Buffer.from(body!.trim(), 'utf8');
  const lines = head!.split(/\r?\n/).filter((line) => !/^(content-length|transfer-encoding):/i.test(line));
  lines.push(`Content-Length: ${bytes.length}`);
  return rawServer((socket) =>
    onRequest(socket, () => void socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes]))),
  );
}

test('the request carries key, content type and body to the path of the action', async () => {
  const { url, arrivals } = await recordingServer();
  const path = `${actionUrlPath('pkg/hello', '_')}?blocking=true&result=true`;
  await sentBy(await portTo(url, { path }));
  expect(arrivals[0]).toMatchObject({
    method: 'POST',
    url: '/api/v1/namespaces/_/actions/pkg/hello?blocking=true&result=true',
    body: '{"n":1}',
  });
  expect(arrivals[0]!.headers).toMatchObject({
    // base64 of uuid:key
    authorization: 'Basic dXVpZDprZXk=',
    'content-type': 'application/json',
  });
});

test('a web action gets the bytes with their type, and no key', async () => {
  const { url, arrivals } = await recordingServer();
  await sentBy(await portTo(url, { web: true, contentType: 'image/png', body: one('png') }));
  expect(arrivals[0]!.headers['content-type']).toBe('image/png');
  expect(arrivals[0]!.headers).not.toHaveProperty('authorization');
  expect(arrivals[0]!.body).toBe('png');
});

test.each([
  ['a warm blocking call', '04-invoke-blocking-result.txt', 0, true, { outcome: 'ok', error: null, status: 200 }],
  ['a non-blocking call', '05-invoke-nonblocking.txt', 0, false, { outcome: 'ok', error: null, status: 202 }],
  [
    'an application error',
    '11-blocking-err-result.txt',
    0,
    true,
    { outcome: 'failed', error: 'function_error', status: 502 },
  ],
  [
    'a blocking call over 60 s',
    '60-blocking-over-60s-202.txt',
    0,
    true,
    { outcome: 'failed', error: 'still_running', status: 202 },
  ],
  [
    'an unknown action',
    '12-missing-action-404.txt',
    0,
    true,
    { outcome: 'failed', error: 'client_error', status: 404 },
  ],
  ['a throttled call', '40-429-rate.txt', 1, false, { outcome: 'failed', error: 'throttled', status: 429 }],
  [
    'a payload too large',
    '43-payload-too-large-413.txt',
    1,
    true,
    { outcome: 'failed', error: 'client_error', status: 413 },
  ],
])('what a real OpenWhisk answered to %s', async (_, fixture, nth, blocking, expected) => {
  const answer = await sentBy(await portTo(await replaying(fixture, nth), { blocking }));
  expect(answer).toMatchObject(expected);
  // The id comes with every answer of an activation, and with no other.
  expect(answer.activationId !== null).toBe([200, 202, 502].includes(expected.status));
  if (answer.activationId !== null) expect(answer.activationId).toMatch(/^[0-9a-f]{32}$/);
  expect(answer.body).toBeNull();
});

test.each([
  [502, 'id', false, 'function_error'],
  [502, null, false, 'server_error'],
  [400, 'id', false, 'client_error'],
  [400, 'id', true, 'function_error'],
  [400, null, true, 'client_error'],
  [500, 'id', false, 'server_error'],
  [503, null, false, 'server_error'],
  [401, null, false, 'client_error'],
])('status %i with id %s, web %s, is %s', (status, id, web, error) => {
  expect(endingOfOpenWhisk(status, id, { blocking: true, web })).toEqual({ outcome: 'failed', error });
});

test('names of actions, packages and namespaces are read from their three spellings', () => {
  expect(parseActionPath('hello')).toEqual({ namespace: null, package: null, action: 'hello' });
  expect(parseActionPath('pkg/hello')).toEqual({ namespace: null, package: 'pkg', action: 'hello' });
  expect(parseActionPath('/ns/pkg/hello')).toEqual({ namespace: 'ns', package: 'pkg', action: 'hello' });
  expect(parseActionPath('/ns/hello')).toEqual({ namespace: 'ns', package: null, action: 'hello' });
});

test('names are data in paths: none adds a segment, a query, or climbs', () => {
  expect(actionUrlPath('a b?c#d', '_')).toBe('/api/v1/namespaces/_/actions/a%20b%3Fc%23d');
  expect(actionUrlPath('/x/../y', '_')).toBe('/api/v1/namespaces/x/actions/%2E%2E/y');
  expect(webActionUrlPath('hello', 'guest')).toBe('/api/v1/web/guest/default/hello');
  expect(webActionUrlPath('/_/pkg/hello', 'guest')).toBe('/api/v1/web/guest/pkg/hello');
  expect(webActionUrlPath('/other/pkg/hello', 'guest')).toBe('/api/v1/web/other/pkg/hello');
});
