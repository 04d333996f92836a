import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { openWhiskActivations } from '../../platforms/openwhisk/activations-api.js';
import type { ActivationRow } from '../../records/activations.js';
import { readActivations } from '../support/activation-reader.js';
import { json, recordingServer, type RecordedRequest, type RecordingServer } from '../support/couchdb-double.js';

interface Listed {
  activationId: string;
  start: number;
}
const REAL = readFileSync('tests/fixtures/openwhisk/activations-real.ndjson', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Listed);
const EVERYTHING = { sinceMs: 0, uptoMs: 2e12 };

let server: RecordingServer;
afterEach(() => server.close());

/** The list as OpenWhisk gives it: newest first, `since` and `upto` included, then `skip` and `limit` (at most 200). */
function listed(records: readonly Listed[], { url: { searchParams } }: RecordedRequest): Listed[] {
  const number = (name: string): number => Number(searchParams.get(name));
  expect(searchParams.get('docs')).toBe('true');
  expect(number('limit')).toBeLessThanOrEqual(200);
  return records
    .filter(({ start }) => start >= number('since') && start <= number('upto'))
    .toSorted((a, b) => b.start - a.start || (a.activationId < b.activationId ? 1 : -1))
    .slice(number('skip'), number('skip') + number('limit'));
}
const record = (i: number, start: number): Listed => ({
  ...REAL[0]!,
  activationId: i.toString(16).padStart(32, '0'),
  start,
});

async function read(span = EVERYTHING): Promise<ActivationRow[]> {
  const access = { apiHost: server.url, auth: 'uuid:secret-key', namespace: '_' };
  return readActivations(openWhiskActivations(access, { pauseMs: 1 }), { span });
}
const ids = (rows: ActivationRow[]): string[] => rows.map(({ activation_id }) => activation_id).sort();

test('the real records are read once each, by pages that never count from the head', async () => {
  server = await recordingServer((request, response) => json(response, 200, listed(REAL, request)));
  const rows = await read();
  expect(rows).toHaveLength(466);
  expect(new Set(ids(rows)).size).toBe(466);
  for (const { url, headers } of server.requests) {
    expect(url.pathname).toBe('/api/v1/namespaces/_/activations');
    expect(url.searchParams.get('skip')).toBe('0');
    expect(headers.authorization).toBe(`Basic ${Buffer.from('uuid:secret-key').toString('base64')}`);
  }
});

test('the list grows at its head and within the pages while it is read: no row is lost, none comes twice', async () => {
  const records = Array.from({ length: 1_000 }, (_, i) => record(i, 1_000_000 + Math.floor(i / 3)));
  const atFirst = records.map(({ activationId }) => activationId);
  server = await recordingServer((request, response, nth) => {
    const answer = listed(records, request);
    // 70 newcomers at the head, and some in the middle, between any two pages
    for (let i = 0; i < 70; i += 1) records.push(record(10_000 * nth + i, 1_000_400 + i));
    for (let i = 0; i < 5; i += 1) records.push(record(10_000 * nth + 500 + i, 1_000_000 + 60 * i));
    return json(response, 200, answer);
  });
  const found = ids(await read({ sinceMs: 0, uptoMs: 1_000_500 }));
  expect(new Set(found).size).toBe(found.length);
  expect(atFirst.filter((id) => !found.includes(id))).toEqual([]);
});

test('900 records of one millisecond, more than four pages, are read once each', async () => {
  const records = [
    ...Array.from({ length: 150 }, (_, i) => record(i, 2_000)),
    ...Array.from({ length: 900 }, (_, i) => record(1_000 + i, 1_500)),
    ...Array.from({ length: 150 }, (_, i) => record(5_000 + i, 1_000)),
  ];
  server = await recordingServer((request, response) => json(response, 200, listed(records, request)));
  const rows = await read();
  expect(ids(rows)).toEqual(records.map(({ activationId }) => activationId).sort());
});

test('a fault that passes is asked again, a lost connection too', async () => {
  server = await recordingServer((request, response, nth) => {
    if (nth === 2) return json(response, 503, { error: 'The server is currently unavailable.', code: 'x' });
    if (nth === 3) return void response.socket!.destroy();
    return json(response, 200, listed(REAL, request));
  });
  const source = openWhiskActivations({ apiHost: server.url, auth: 'a:b', namespace: '_' }, { pauseMs: 1 });
  expect(await readActivations(source, { span: EVERYTHING })).toHaveLength(466);
  // the 503 and the lost connection
  expect(source.repeated!()).toBe(2);
});

test('a wrong key, a stranger and nobody are each said in one line, without the key', async () => {
  server = await recordingServer((_request, response) =>
    json(response, 401, { error: 'The supplied authentication is invalid', code: 'x' }),
  );
  expect(await read().catch((error: Error) => error.message)).not.toMatch(/secret-key/);
  await expect(read()).rejects.toThrow(/^http:\S+: OpenWhisk refuses the key \(401\): set WHISK_AUTH/);
  await server.close();

  server = await recordingServer((_request, response) => void response.end('<html>hello</html>'));
  await expect(read()).rejects.toThrow(/lists no activations; is this OpenWhisk\?$/);
  await server.close();

  await expect(read()).rejects.toThrow(/OpenWhisk cannot be reached \(.*ECONNREFUSED.*\); is it running/);
  server = await recordingServer(() => undefined);
});
