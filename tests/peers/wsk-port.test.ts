import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { InvocationPort } from '../../platforms/platform.js';
import type { WskCall } from '../../platforms/wsk/call.js';
import { parametersOf } from '../../platforms/wsk/parameters.js';
import { openPort } from '../../platforms/wsk/port.js';
import { sentBy } from '../support/flights.js';
import { closedPort, httpServer, recordingServer } from '../support/http-servers.js';
import { emptyFolder } from '../support/programs.js';
import { selfSigned } from '../support/self-signed.js';
import { realWskFolder } from './real-wsk.js';

const folder = realWskFolder();
const ID = '42af9201526240da99fa4096cef1f59b';
const RECORD = { activationId: ID, response: { success: true, status: 'success', result: {} } };

async function portTo(apiHost: string, call: Partial<WskCall> = {}, insecure = false): Promise<InvocationPort> {
  const calls = [{ action: 'hello', blocking: true, parameters: parametersOf({ kind: 'none' }), ...call }];
  const env = { PATH: process.env['PATH']!, HOME: emptyFolder(), WHISK_APIHOST: apiHost, WHISK_AUTH: 'uuid:key' };
  const descriptor = { wsk: join(folder!, 'wsk'), env, insecure, maxProcesses: 4, calls };
  const port = await openPort(descriptor, { maxInFlight: 10, timeoutMs: 30_000, responseBodyBytes: 0 });
  onTestFinished(() => port.close());
  return port;
}

describe.skipIf(folder === undefined)('the real wsk', () => {
  test('sends what it is told to where it is told, with the key of its environment', async () => {
    const { url, arrivals } = await recordingServer((response) => void response.end(JSON.stringify(RECORD)));
    const parameters = parametersOf({ kind: 'params', json: '{ "n": 12345678901234567890 }' });
    const port = await portTo(url, { action: '/team/pkg/hello', parameters });
    expect(await sentBy(port)).toMatchObject({ outcome: 'ok', status: 200, activationId: ID });
    expect(arrivals[0]).toMatchObject({
      method: 'POST',
      url: '/api/v1/namespaces/team/actions/pkg/hello?blocking=true&result=false',
      body: '{"n":12345678901234567890}\n',
    });
    // base64 of uuid:key
    expect(arrivals[0]!.headers['authorization']).toBe('Basic dXVpZDprZXk=');
  });

  test('a row’s duration joins the other parameters as a number', async () => {
    const { url, arrivals } = await recordingServer((response) => void response.end(JSON.stringify(RECORD)));
    const parameters = parametersOf({ kind: 'duration', parameter: 'ms', json: '{"a":"x"}' });
    const answer = await sentBy(await portTo(url, { parameters }), { input: 12.5 });
    expect(JSON.parse(arrivals[0]!.body)).toEqual({ a: 'x', ms: 12.5 });
    expect(answer.requestBytes).toBe(Buffer.byteLength(arrivals[0]!.body));
  });

  test('request_bytes are the bytes that it sends, whatever the parameters', { timeout: 120_000 }, async () => {
    const { url, arrivals } = await recordingServer((response) => void response.end(JSON.stringify(RECORD)));
    const values = fc.sample(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), { numRuns: 60, seed: 4 });
    // Go writes the two line separators of Unicode as escapes, JSON.stringify as they are.
    const jsons = [{ lines: '\u2028 \u2029 é \\ " \n' }, ...values].map((value) => JSON.stringify(value, null, 2));
    const port = await portTo(url, { parameters: parametersOf({ kind: 'list', jsons, order: 'cycle' }) });
    for (const [input, json] of jsons.entries()) {
      const { requestBytes } = await sentBy(port, { input });
      const { body } = arrivals.at(-1)!;
      expect([json, JSON.parse(body)]).toEqual([json, JSON.parse(json)]);
      expect([json, requestBytes]).toEqual([json, Buffer.byteLength(body)]);
    }
  });

  const apiError = { error: 'The platform says why.', code: 'cHtwkPvwIDLKdguD8GsGLRjSNsrljLkt' };
  const failedRecord = { ...RECORD, response: { success: false, status: 'application error', result: { error: 'x' } } };
  test.each([
    [200, RECORD, true, { outcome: 'ok', error: null, activationId: ID }],
    [202, { activationId: ID }, false, { outcome: 'ok', error: null, activationId: ID }],
    [202, { activationId: ID }, true, { outcome: 'failed', error: 'still_running', activationId: ID }],
    [304, '', true, { outcome: 'failed', error: 'redirect', activationId: null }],
    [400, apiError, true, { outcome: 'failed', error: 'client_error', activationId: null }],
    [401, apiError, true, { outcome: 'failed', error: 'client_error', activationId: null }],
    [404, apiError, false, { outcome: 'failed', error: 'client_error', activationId: null }],
    [409, apiError, true, { outcome: 'failed', error: 'client_error', activationId: null }],
    [413, apiError, true, { outcome: 'failed', error: 'client_error', activationId: null }],
    [429, apiError, false, { outcome: 'failed', error: 'throttled', activationId: null }],
    [500, apiError, true, { outcome: 'failed', error: 'server_error', activationId: null }],
    [502, failedRecord, true, { outcome: 'failed', error: 'function_error', activationId: ID }],
    [502, apiError, true, { outcome: 'failed', error: 'server_error', activationId: null }],
    [502, '<html>Bad Gateway</html>', true, { outcome: 'failed', error: 'server_error', activationId: null }],
    [503, apiError, true, { outcome: 'failed', error: 'server_error', activationId: null }],
    [504, '', false, { outcome: 'failed', error: 'server_error', activationId: null }],
  ])('answered %i (%j, blocking %s)', async (status, body, blocking, expected) => {
    const url = await httpServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    expect(await sentBy(await portTo(url, { blocking }))).toMatchObject({ status, ...expected });
  });

  test('a redirect is followed, as the CLI does it', async () => {
    const { url, arrivals } = await recordingServer((response, { url: asked }) => {
      if (asked.startsWith('/elsewhere')) return void response.end(JSON.stringify(RECORD));
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await sentBy(await portTo(url))).toMatchObject({ outcome: 'ok', status: 200, activationId: ID });
    expect(arrivals.map(({ method }) => method)).toEqual(['POST', 'POST']);
  });

  test('a 200 that is no answer of OpenWhisk is none', async () => {
    const url = await httpServer((_, response) => void response.end('<html>hello</html>'));
    expect(await sentBy(await portTo(url))).toMatchObject({ outcome: 'failed', error: 'protocol', status: null });
  });

  test('where nobody listens, and where the certificate does not verify, it exits with 3', async () => {
    expect(await sentBy(await portTo(await closedPort()))).toMatchObject({ error: 'exit_3', status: null });
    const url = await selfSigned((_, response) => void response.end(JSON.stringify(RECORD)));
    expect(await sentBy(await portTo(url))).toMatchObject({ error: 'exit_3', status: null });
    expect(await sentBy(await portTo(url, {}, true))).toMatchObject({ outcome: 'ok', activationId: ID });
  });
});
