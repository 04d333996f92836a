import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { couchDbActivations } from '../../platforms/openwhisk/activations-couchdb.js';
import type { ActivationReader } from '../../platforms/platform.js';
import type { ActivationRow } from '../../records/activations.js';
import { asking, readActivations, rowsOfRecords } from '../support/activation-reader.js';
import {
  byIds,
  databaseOf,
  json,
  recordingServer,
  type RecordingServer,
  type StoredDocument,
} from '../support/couchdb-double.js';

const REAL = readFileSync('tests/fixtures/openwhisk/activations-real.ndjson', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as StoredDocument & { activationId: string; cause?: string; end: number });
const EVERYTHING = { sinceMs: 0, uptoMs: 2e12 };

let server: RecordingServer;
afterEach(() => server.close());

interface Reading {
  rows: ActivationRow[];
  warnings: string[];
}
async function read(
  pageSize = 100,
  span = EVERYTHING,
  reader: Partial<ActivationReader> = {},
  tellEveryMs = 60_000,
): Promise<Reading> {
  const access = { url: server.url, username: 'reader', password: 'p:ß', database: 'whisk_local_activations' };
  const source = couchDbActivations(access, { pageSize, documentsAtOnce: pageSize, pauseMs: 1, tellEveryMs });
  const warnings: string[] = [];
  return { rows: await readActivations(source, { span, reader: { ...asking(warnings), ...reader } }), warnings };
}
const ids = (rows: { activation_id: string }[]): string[] => rows.map(({ activation_id }) => activation_id).sort();
const real = REAL.map(({ activationId }) => activationId);

/** `n` copies of a real document, all of one start. */
function tied(n: number): (typeof REAL)[number][] {
  return Array.from({ length: n }, (_, i) => {
    const id = i.toString(16).padStart(32, '0');
    return { ...REAL[0]!, _id: `guest/${id}`, activationId: id };
  });
}

test('467 real documents are read once each, in pages, with the credentials in a header', async () => {
  server = await recordingServer(databaseOf(REAL));
  const { rows, warnings } = await read(100);
  // one of them is a trigger's
  expect(rows).toHaveLength(466);
  expect(new Set(ids(rows)).size).toBe(466);
  expect(warnings).toEqual([]);
  // 467 ids in 5 pages, and after each page its documents
  const paths = server.requests.map(({ url }) => url.pathname);
  const view = '/whisk_local_activations/_design/activations/_view/byDate';
  expect(paths).toEqual(Array.from({ length: 5 }, () => [view, '/whisk_local_activations/_bulk_get']).flat());
  for (const { url, headers } of server.requests) {
    expect(Buffer.from(headers.authorization!.slice('Basic '.length), 'base64').toString()).toBe('reader:p:ß');
    expect(url.searchParams.has('skip')).toBe(false);
  }
});

test('only the span is asked for, both ends included', async () => {
  server = await recordingServer(databaseOf(REAL));
  const starts = REAL.map(({ start }) => start).sort((a, b) => a - b);
  const span = { sinceMs: starts[100]!, uptoMs: starts[200]! };
  const { rows } = await read(1_000, span);
  const expected = REAL.filter(({ start }) => start >= span.sinceMs && start <= span.uptoMs);
  expect(ids(rows)).toEqual(ids(expected.map(({ activationId }) => ({ activation_id: activationId }))));
});

test('2,500 documents of one start, more than many pages, are read once each', async () => {
  const documents = tied(2_500);
  server = await recordingServer(databaseOf(documents));
  const { rows } = await read(100);
  expect(ids(rows)).toEqual(documents.map(({ activationId }) => activationId));
});

test('a page that is exactly full is followed by no empty one', async () => {
  const documents = tied(200);
  server = await recordingServer(databaseOf(documents));
  expect((await read(100)).rows).toHaveLength(200);
  expect(server.requests.filter(({ method }) => method === 'GET')).toHaveLength(2);
});

test('an index that is still being built is waited for, with one notice', async () => {
  // recorded from CouchDB 3.5 while it indexed a million documents
  const building = { error: 'timeout', reason: 'The request could not be processed in a reasonable amount of time.' };
  const real = databaseOf(REAL);
  server = await recordingServer((request, response, nth) =>
    nth <= 20 ? json(response, 500, building) : real(request, response),
  );
  const { rows, warnings } = await read(1_000);
  expect(rows).toHaveLength(466);
  expect(warnings).toEqual([expect.stringMatching(/index is still being built/)]);
});

test('while an index is being built it is said how far it is, where the server tells', async () => {
  const building = { error: 'timeout', reason: 'The request could not be processed in a reasonable amount of time.' };
  const real = databaseOf(REAL);
  const shard = (range: string, done: number, name = 'whisk_local_activations'): object => ({
    type: 'indexer',
    database: `shards/${range}/${name}.1732000000`,
    design_document: '_design/activations',
    changes_done: done,
    total_changes: 500,
  });
  let asked = 0;
  server = await recordingServer((request, response) => {
    if (request.url.pathname !== '/_active_tasks')
      return asked < 3 ? json(response, 500, building) : real(request, response);
    asked += 1;
    const others = [shard('0-7', 500, 'other_activations'), { ...shard('0-7', 9), type: 'view_compaction' }];
    // (100·n + 130) of 1,000, then no task of it
    const ours = asked < 3 ? [shard('00000000-7fffffff', 100 * asked), shard('80000000-ffffffff', 130)] : [];
    json(response, 200, [...others, ...ours]);
  });
  const { warnings } = await read(1_000, EVERYTHING, {}, 0);
  const said = warnings.map((warning) => /index is still being built \((.*)\); waiting/.exec(warning)?.[1]);
  expect(said).toEqual(['500 timeout, 23 % done', '500 timeout, 33 % done', '500 timeout']);
});

test('a database that answers 500 now and then, or breaks off, is asked again from where the reading stood', async () => {
  let failed = 0;
  const real = databaseOf(REAL);
  server = await recordingServer((request, response, nth) => {
    if (nth % 3 === 2) {
      failed += 1;
      if (failed % 3 === 0) return json(response, 500, { error: 'badmatch', reason: 'unknown' });
      if (failed % 3 === 1) return void response.socket!.destroy();
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' }).write('{"rows":[');
      return void setImmediate(() => response.socket!.destroy());
    }
    return real(request, response);
  });
  const { rows } = await read(50);
  expect(failed).toBeGreaterThanOrEqual(3);
  expect(ids(rows)).toEqual(ids((await readAgain()).rows));
});
async function readAgain(): Promise<Reading> {
  await server.close();
  server = await recordingServer(databaseOf(REAL));
  return read(1_000);
}

test('a server that fails for good is given up with its answer', async () => {
  server = await recordingServer((_request, response) => json(response, 503, { error: 'down', reason: 'for repair' }));
  await expect(read()).rejects.toThrow(/CouchDB answers 503 for repair$/);
  expect(server.requests).toHaveLength(6);
});

test('wrong credentials are said at once, without them', async () => {
  const reason = 'Name or password is incorrect.';
  server = await recordingServer((_request, response) => json(response, 401, { error: 'unauthorized', reason }));
  const fault = await read().catch((error: Error) => error.message);
  expect(fault).toMatch(/refuses these credentials \(401 Name or password is incorrect\.\): set COUCHDB_USER/);
  expect(fault).not.toMatch(/ß|reader/);
  expect(server.requests).toHaveLength(1);
});

test('where the database is missing, those of activations are named', async () => {
  server = await recordingServer(({ url }, response) =>
    url.pathname === '/_all_dbs'
      ? json(response, 200, ['_users', 'test_activations', 'test_subjects', 'test_whisks'])
      : json(response, 404, { error: 'not_found', reason: 'Database does not exist.' }),
  );
  await expect(read()).rejects.toThrow(/there is no such database; name one with --database: test_activations$/);
});

test('where the database is missing and nobody may list, the usual name on Kubernetes is suggested', async () => {
  server = await recordingServer(({ url }, response) =>
    url.pathname === '/_all_dbs'
      ? json(response, 401, { error: 'unauthorized', reason: 'You are not a server admin.' })
      : json(response, 404, { error: 'not_found', reason: 'Database does not exist.' }),
  );
  await expect(read()).rejects.toThrow(/on Kubernetes it is often test_activations/);
});

test('nobody there: one line that says so, at once', async () => {
  server = await recordingServer(() => undefined);
  await server.close();
  await expect(read()).rejects.toThrow(/CouchDB cannot be reached \(.*ECONNREFUSED.*\); is it running/);
  server = await recordingServer(() => undefined);
});

test('something else that answers there is said at once', async () => {
  const page = '<html>Welcome to nginx!</html>';
  server = await recordingServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(page),
  );
  await expect(read()).rejects.toThrow(/what answers there is no CouchDB \(no list of rows\); is the URL right\?$/);
  expect(server.requests).toHaveLength(1);
});

test('a server that loses every answer is given up in the end', async () => {
  server = await recordingServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' }).write('{"rows":[');
    setImmediate(() => response.socket!.destroy());
  });
  await expect(read()).rejects.toThrow(/CouchDB cannot be reached \(its answer broke off\)/);
  expect(server.requests).toHaveLength(6);
});

test('documents without their fields, or with others’ values in them, are handed on, and what is unusable is told', async () => {
  const [whole] = REAL;
  const odd = [
    { _id: whole!['_id'], start: whole!.start, activationId: whole!.activationId, name: 'bare', duration: 1 },
    { ...REAL[1]!, logs: null, duration: '12', annotations: [{ key: 'path', value: 7 }] },
    { ...REAL[2]!, logs: 'none', response: 'none', end: {} },
  ];
  server = await recordingServer(databaseOf(odd as StoredDocument[]));
  const access = { url: server.url, username: '', password: '', database: 'whisk_local_activations' };
  const records: unknown[] = [];
  const source = couchDbActivations(access);
  for await (const batch of source.activations(EVERYTHING, asking())) records.push(...batch);
  const rows = await rowsOfRecords(records, source.format);
  expect(rows.map(({ activation_id, odd }) => [activation_id, odd])).toEqual([
    [REAL[0]!.activationId, 'end annotations response'],
    [REAL[1]!.activationId, 'path duration'],
    [REAL[2]!.activationId, 'end'],
  ]);
});

/** `_find` as CouchDB answers it: bookmarks that continue, a full page even when nothing follows. */
function findAnswer(documents: readonly StoredDocument[], body: string): unknown {
  const { limit, bookmark = '0' } = JSON.parse(body) as { limit: number; bookmark?: string };
  const from = Number(bookmark);
  const docs = documents.slice(from, from + limit);
  return { docs, bookmark: docs.length === 0 ? 'nil' : String(from + docs.length), warning: 'No matching index found' };
}

for (const reason of ['missing', 'missing_named_view', 'deleted']) {
  test(`without the view (${reason}) every document is read by _find and its bookmarks, with a warning`, async () => {
    server = await recordingServer(({ method, url, body }, response) =>
      method === 'POST' && url.pathname.endsWith('/_find')
        ? json(response, 200, findAnswer(REAL, body))
        : json(response, 404, { error: 'not_found', reason }),
    );
    const { rows, warnings } = await read(100);
    expect(ids(rows)).toHaveLength(466);
    expect(new Set(ids(rows)).size).toBe(466);
    expect(warnings).toEqual([expect.stringMatching(/no view activations\/byDate/)]);
  });
}

test('a server that ignores bookmarks is noticed, not read for ever', async () => {
  server = await recordingServer(({ method }, response) =>
    method === 'POST'
      ? json(response, 200, { docs: REAL.slice(0, 10), bookmark: 'same' })
      : json(response, 404, { error: 'not_found', reason: 'missing' }),
  );
  const { warnings } = await read(10);
  expect(warnings.at(-1)).toMatch(/does not page its answers/);
  expect(server.requests.length).toBeLessThanOrEqual(4);
});

test('only what the reader awaits is asked for, and what it caused', async () => {
  const sequence = REAL.find(({ activationId }) => activationId === 'df0b60b7f25448bb8b60b7f25438bb37')!;
  server = await recordingServer(databaseOf(REAL));
  const reader = {
    awaited: (of: readonly string[]) => Promise.resolve(of.filter((id) => id === sequence.activationId)),
  };
  const { rows } = await read(1_000, EVERYTHING, reader);
  const components = REAL.filter(({ cause }) => cause === sequence.activationId);
  expect(components).toHaveLength(2);
  expect(ids(rows)).toEqual([sequence, ...components].map(({ activationId }) => activationId).sort());
  // the page of ids, the sequence, its two components
  expect(server.requests.map(({ body }) => (body === '' ? 0 : JSON.parse(body).docs.length))).toEqual([0, 1, 2]);
});

test('a component without a record is owed until it is there', async () => {
  const sequence = REAL.find(({ activationId }) => activationId === 'df0b60b7f25448bb8b60b7f25438bb37')!;
  const [first, second] = REAL.filter(({ cause }) => cause === sequence.activationId);
  const documents = [sequence, first!];
  server = await recordingServer((request, response) => databaseOf(documents)(request, response));
  const access = { url: server.url, username: '', password: '', database: 'whisk_local_activations' };
  const source = couchDbActivations(access);
  let wanted = [sequence.activationId];
  const reader = {
    ...asking(),
    awaited: (of: readonly string[]) => Promise.resolve(of.filter((id) => wanted.includes(id))),
  };
  expect(ids(await readActivations(source, { reader }))).toEqual(
    [sequence, first!].map((row) => row.activationId).sort(),
  );
  expect(source.owed!()).toEqual({ count: 1, sinceMs: sequence.start, uptoMs: sequence.end });
  wanted = [];
  documents.push(second!);
  // nothing is awaited any more, and what was read is not read again
  expect(ids(await readActivations(source, { reader }))).toEqual([second!.activationId]);
  expect(source.owed!()).toBe(null);
});

test('a sequence that names itself among its components is read once', async () => {
  const sequence = REAL.find(({ activationId }) => activationId === 'df0b60b7f25448bb8b60b7f25438bb37')!;
  server = await recordingServer(databaseOf([{ ...sequence, logs: [sequence.activationId] } as StoredDocument]));
  const { rows } = await read(1_000, EVERYTHING);
  expect(ids(rows)).toEqual([sequence.activationId]);
});

for (const status of [404, 405, 501]) {
  test(`where there is no _bulk_get (${status}), documents are read by their keys`, async () => {
    const byId = byIds(REAL);
    const real = databaseOf(REAL);
    server = await recordingServer((request, response) => {
      const { url, body } = request;
      if (url.pathname.endsWith('/_bulk_get')) return json(response, status, { error: 'not_found', reason: 'missing' });
      if (!url.pathname.endsWith('/_all_docs')) return real(request, response);
      expect(url.searchParams.get('include_docs')).toBe('true');
      const { keys } = JSON.parse(body) as { keys: string[] };
      const rows = keys.map((id) => ({ id, key: id, value: { rev: '1-0' }, doc: byId.get(id) ?? null }));
      json(response, 200, { total_rows: REAL.length, offset: 0, rows });
    });
    expect(ids((await read(100)).rows)).toEqual(ids((await readAgain()).rows));
  });
}

test('an empty database holds nothing, and that is no error', async () => {
  server = await recordingServer(databaseOf([]));
  expect(await read()).toEqual({ rows: [], warnings: [] });
  expect(real).toHaveLength(467);
});

test('documents of others that the view listed are counted, though they are never asked for', async () => {
  server = await recordingServer(databaseOf(tied(30)));
  const access = { url: server.url, username: '', password: '', database: 'd' };
  const source = couchDbActivations(access, { pageSize: 10, pauseMs: 1 });
  expect(await readActivations(source, { reader: { ...asking(), awaited: () => Promise.resolve([]) } })).toEqual([]);
  expect(source.othersSeen!()).toBe(30);
  expect(source.repeated!()).toBe(0);
});
