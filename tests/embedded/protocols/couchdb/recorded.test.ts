import nano from 'nano';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ask,
  basic,
  eventually,
  source,
  startTestPlatform,
  type Answer,
  type Json,
  type TestPlatform,
} from '../../platform-fixture.js';
import { headerSet, recorded, shapeOf } from '../../recorded.js';

/** Every answer of the database face against the answer that the real CouchDB 3.5 gave to the same request. */
const DATE_VIEW = '/_design/activations/_view/byDate';
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
  await platform.api('PUT', 'actions/hello', source('nodejs:default', 'function main() { return { n: 1 }; }'));
  for (let i = 0; i < 3; i += 1) await platform.api('POST', 'actions/hello?blocking=true', {});
  await eventually(async () => ((await platform.couch('GET', DATE_VIEW)).json.total_rows === 3 ? true : undefined));
});
afterAll(() => platform.stop());

/** Expects the same status line and header names, and the same layout: what stands in a line of its own there, does here. */
async function like(file: string, ours: Promise<Answer>, sameText = true): Promise<Answer> {
  const [real] = recorded(`couchdb/${file}.txt`);
  const answer = await ours;
  expect([answer.status, answer.phrase]).toEqual([real!.status, real!.phrase]);
  expect(headerSet(answer.headerNames)).toEqual(headerSet(real!.headerNames));
  expect(answer.text.endsWith('\n')).toBe(true);
  if (sameText) expect(answer.text.replaceAll('\r\n', '\n').trim()).toBe(real!.text);
  return answer;
}

function root(method: string, path: string, credentials?: string): Promise<Answer> {
  return ask(method, `${platform.couchdb.url}${path}`, undefined, credentials === undefined ? {} : basic(credentials));
}

test('the server tells what it is, without credentials', async () => {
  const { json } = await like('01-root', root('GET', '/'), false);
  expect(json.couchdb).toBe('Welcome');
  expect(shapeOf({ ...json, features: 0 })).toEqual(
    shapeOf({ ...recorded('couchdb/01-root.txt')[0]!.json, features: 0 }),
  );
  await like('02-up', root('GET', '/_up'));
});

test('the database tells its size', async () => {
  const { json } = await like('05-get-db', platform.couch('GET', ''), false);
  expect(shapeOf(json)).toEqual(shapeOf(recorded('couchdb/05-get-db.txt')[0]!.json));
  expect(json.doc_count).toBe(3);
  const { username, password, database } = platform.couchdb;
  expect((await root('GET', '/_all_dbs', `${username}:${password}`)).json).toEqual([database]);
  await like('06-db-missing-404', root('GET', '/nosuch', `${username}:${password}`));
});

test('documents are found by their id, and their revision is an entity tag', async () => {
  const [row] = (await platform.couch('GET', `${DATE_VIEW}?include_docs=true&limit=1`)).json.rows;
  const { json, headers } = await like('09-doc-get', platform.couch('GET', `/${encodeURIComponent(row.id)}`), false);
  expect(json).toEqual(row.doc);
  expect(headers['etag']).toBe(`"${json['_rev']}"`);
  await like('10-doc-missing-404', platform.couch('GET', '/nope'));
});

test('no credentials and wrong ones are refused in different words', async () => {
  const [none, wrong] = recorded('couchdb/16-unauthorized-401.txt');
  const { database, username } = platform.couchdb;
  expect((await root('GET', `/${database}`)).text.trim()).toBe(none!.text);
  expect((await root('GET', `/${database}`, `${username}:wrong`)).text.trim()).toBe(wrong!.text);
});

test('views are laid out as by the real server', async () => {
  const lines = (answer: Answer): string[] => answer.text.split(/\r\n|\n$/);
  const all = await like('18-view-byDate', platform.couch('GET', `${DATE_VIEW}?include_docs=true`), false);
  expect(lines(all)[0]).toBe('{"total_rows":3,"offset":0,"rows":[');
  expect(lines(all)).toHaveLength(1 + 3 + 2);
  expect(lines(all).slice(-2)).toEqual([']}', '']);
  expect(Object.keys(all.json.rows[0])).toEqual(['id', 'key', 'value', 'doc']);
  const newest = await like(
    '19-view-byDate-desc-limit',
    platform.couch('GET', `${DATE_VIEW}?descending=true&limit=1&skip=0`),
    false,
  );
  expect(newest.json.rows).toEqual([{ ...all.json.rows[2], doc: undefined }]);
  const empty = await like(
    '20-view-range-empty',
    platform.couch('GET', `${DATE_VIEW}?startkey=9000000000000&endkey=9000000000001`),
    false,
  );
  expect(empty.text).toBe('{"total_rows":3,"offset":3,"rows":[\r\n\r\n]}\n');
  await like('21-view-missing-404', platform.couch('GET', '/_design/activations/_view/nope'));
  await like('22-view-missing-ddoc-404', platform.couch('GET', '/_design/nope/_view/nope'));
  const stale = await like('23-view-stale', platform.couch('GET', `${DATE_VIEW}?update=false&update_seq=true`), false);
  expect(Object.keys(stale.json)).toEqual(['total_rows', 'offset', 'update_seq', 'rows']);
  const count = await like('24-view-reduce', platform.couch('GET', '/_design/whisks.v2.1.0/_view/activations'), false);
  expect(count.text).toBe('{"rows":[\r\n{"key":null,"value":3}\r\n]}\n');
  await like('25-view-bad-param-400', platform.couch('GET', `${DATE_VIEW}?limit=abc`));
});

test('the view of namespaces tells what a list of activations does', async () => {
  const { json } = await platform.couch(
    'GET',
    '/_design/whisks.v2.1.0/_view/activations?reduce=false&descending=true&startkey=["guest",{}]&endkey=["guest"]',
  );
  const list = await platform.api('GET', 'activations');
  expect(json.rows.map(({ value }: { value: unknown }) => value)).toEqual(list.json);
});

test('_find reads in the order of ids, warns, and knows no order but that', async () => {
  const selector = { start: { $gte: 1 } };
  const found = await like('26-find-no-index', platform.couch('POST', '/_find', { selector, limit: 10 }), false);
  const [real] = recorded('couchdb/26-find-no-index.txt');
  expect(Object.keys(found.json)).toEqual(Object.keys(real!.json));
  expect(found.json.warning).toBe(real!.json.warning);
  const ids = found.json.docs.map((doc: { _id: string }) => doc['_id']);
  expect(ids).toEqual(ids.toSorted());
  await like('27-find-sort-no-index-400', platform.couch('POST', '/_find', { selector, sort: ['start'] }));
  const some = await platform.couch('POST', '/_find', {
    selector: { 'response.result.n': 1, start: { $lt: 0 } },
    fields: ['name'],
  });
  expect(some.json).toMatchObject({ docs: [], bookmark: 'nil' });
  const names = await platform.couch('POST', '/_find', {
    selector: { $and: [{ name: 'hello' }, { end: { $gt: 0, $lte: 9e15 } }] },
    fields: ['name'],
    skip: 1,
  });
  expect(names.json.docs).toEqual([{ name: 'hello' }, { name: 'hello' }]);
  const unknown = await platform.couch('POST', '/_find', { selector: { start: { $near: 1 } } });
  expect([unknown.status, unknown.json.reason]).toEqual([400, 'Invalid operator: $near']);
});

test('all documents, some by key, several in one question', async () => {
  const all = await like('31-all-docs', platform.couch('GET', '/_all_docs?limit=2'), false);
  expect(Object.keys(all.json.rows[0])).toEqual(['id', 'key', 'value']);
  expect(Object.keys(all.json.rows[0].value)).toEqual(['rev']);
  const { id } = all.json.rows[0];
  const keys = await like(
    '32-all-docs-keys',
    platform.couch('POST', '/_all_docs?include_docs=true', { keys: [id, 'missing'] }),
    false,
  );
  expect(keys.json.offset).toBe(null);
  expect(keys.json.rows[0].doc['_id']).toBe(id);
  expect(keys.json.rows[1]).toEqual({ key: 'missing', error: 'not_found' });
  const bulk = await like(
    '33-bulk-get',
    platform.couch('POST', '/_bulk_get', { docs: [{ id }, { id: 'missing' }] }),
    false,
  );
  expect(bulk.json.results[0].docs[0].ok['_id']).toBe(id);
  expect(bulk.json.results[1]).toEqual(recorded('couchdb/33-bulk-get.txt')[0]!.json.results[1]);
});

test('a document that the client has is not sent again, and another revision of it is not there', async () => {
  const [{ id }] = (await platform.couch('GET', `${DATE_VIEW}?limit=1`)).json.rows;
  const path = `/${encodeURIComponent(id)}`;
  const { headers, json } = await platform.couch('GET', path);
  const { url, database, username, password } = platform.couchdb;
  const again = await ask('GET', `${url}/${database}${path}`, undefined, {
    ...basic(`${username}:${password}`),
    'If-None-Match': headers['etag']!,
  });
  expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', headers['etag']]);
  expect((await platform.couch('GET', `${path}?rev=${json['_rev']}`)).json).toEqual(json);
  expect((await platform.couch('GET', `${path}?rev=1-00`)).json).toEqual({ error: 'not_found', reason: 'missing' });
});

test('HEAD is answered as GET, without a body', async () => {
  for (const path of ['', DATE_VIEW, '/_all_docs']) {
    const [get, head] = [await platform.couch('GET', path), await platform.couch('HEAD', path)];
    expect([head.status, head.text, headerSet(head.headerNames)]).toEqual([200, '', headerSet(get.headerNames)]);
  }
});

test('a session tells who one is, and its cookie is worth the password', async () => {
  const { url, username, password, database } = platform.couchdb;
  const session = (headers: Record<string, string>): Promise<Answer> =>
    ask('GET', `${url}/_session`, undefined, headers);
  expect((await session({})).json).toMatchObject({ ok: true, userCtx: { name: null, roles: [] } });
  expect((await session(basic(`${username}:${password}`))).json).toMatchObject({
    userCtx: { name: username, roles: ['_admin'] },
    info: { authenticated: 'default' },
  });
  const wrong = await ask('POST', `${url}/_session`, { name: username, password: 'wrong' }, {});
  expect([wrong.status, wrong.json.reason]).toEqual([401, 'Name or password is incorrect.']);
  const begun = await ask('POST', `${url}/_session`, { name: username, password }, {});
  expect(begun.json).toEqual({ ok: true, name: username, roles: ['_admin'] });
  const cookie = String(begun.headers['set-cookie']).split(';', 1)[0]!;
  expect((await ask('GET', `${url}/${database}`, undefined, { Cookie: cookie })).status).toBe(200);
  expect((await ask('GET', `${url}/${database}`, undefined, { Cookie: 'AuthSession=guessed' })).status).toBe(401);
  const client = nano(url);
  await client.auth(username, password);
  expect((await client.session()).userCtx.name).toBe(null);
});

test('what a view cannot answer is refused in the real words', async () => {
  const counted = '/_design/whisks.v2.1.0/_view/activations';
  const refused: [string, string][] = [
    [`${DATE_VIEW}?reduce=true`, 'Reduce is invalid for map-only views.'],
    [`${DATE_VIEW}?group=true`, 'Invalid use of grouping on a map view.'],
    [`${DATE_VIEW}?group_level=1`, 'Invalid use of grouping on a map view.'],
    [`${DATE_VIEW}?stale=maybe`, 'Invalid value for `stale`.'],
    [`${DATE_VIEW}?update=never`, 'Invalid value for `update`.'],
    [`${DATE_VIEW}?stable=1`, 'Invalid value for `stable`.'],
    [`${DATE_VIEW}?skip=-1`, 'Invalid value for positive integer: "-1"'],
    [`${DATE_VIEW}?descending=1`, 'Invalid boolean parameter: "1"'],
    [`${DATE_VIEW}?keys=[1]&startkey=1`, '`keys` is incompatible with `key`, `start_key` and `end_key`'],
    [
      `${DATE_VIEW}?startkey=2&endkey=1`,
      'No rows can match your key range, reverse your start_key and end_key or set descending=true',
    ],
    [
      `${DATE_VIEW}?startkey=1&endkey=2&descending=true`,
      'No rows can match your key range, reverse your start_key and end_key or set descending=false',
    ],
    [`${counted}?include_docs=true`, '`include_docs` is invalid for reduce'],
    [`${counted}?keys=[1]`, 'Multi-key fetchs for reduce views must use `group=true`'],
    [`${counted}?group=false&group_level=1`, "Can't specify group=false and group_level>0 at the same time"],
  ];
  for (const [path, reason] of refused) {
    const { status, json } = await platform.couch('GET', path);
    expect([path, status, json]).toEqual([path, 400, { error: 'query_parse_error', reason }]);
  }
  for (const fresh of ['stale=ok', 'stale=update_after', 'update=lazy', 'stable=true&descending=True']) {
    expect((await platform.couch('GET', `${DATE_VIEW}?${fresh}`)).json.rows).toHaveLength(3);
  }
});

test('the count is one number, or one for each group of keys', async () => {
  const counted = '/_design/whisks.v2.1.0/_view/activations';
  const rows = async (query: string): Promise<Json[]> => (await platform.couch('GET', `${counted}?${query}`)).json.rows;
  expect(await rows('group_level=1')).toEqual([{ key: ['guest'], value: 3 }]);
  const exact = await rows('group=true');
  expect(exact.reduce((sum: number, { value }: Json) => sum + value, 0)).toBe(3);
  expect(await rows(`group=true&limit=1`)).toEqual(exact.slice(0, 1));
  expect(await rows(`group=true&keys=${JSON.stringify([exact[0].key, exact[0].key, 'none'])}`)).toEqual([
    exact[0],
    exact[0],
  ]);
  // limit and skip are of the counts, not of what is counted
  expect(await rows('limit=1')).toEqual([{ key: null, value: 3 }]);
  expect(await rows('skip=1')).toEqual([]);
});

test('_find knows the order of ids and its reverse, and tells what it did when it is asked', async () => {
  const ids = async (sort: unknown): Promise<string[]> =>
    (await platform.couch('POST', '/_find', { selector: {}, sort, fields: ['_id'] })).json.docs.map(
      ({ _id: id }: { _id: string }) => id,
    );
  const ascending = await ids(['_id']);
  expect(ascending).toEqual(ascending.toSorted());
  expect(await ids([{ _id: 'desc' }])).toEqual(ascending.toReversed());
  const { json } = await platform.couch('POST', '/_find', { selector: {}, limit: 2, execution_stats: true });
  const [, , real] = Object.keys(recorded('couchdb/30-find-with-index.txt')[0]!.json);
  expect(Object.keys(json)).toEqual(['docs', 'bookmark', real, 'warning']);
  expect(Object.keys(json.execution_stats)).toEqual(
    Object.keys(recorded('couchdb/30-find-with-index.txt')[0]!.json.execution_stats),
  );
  expect(json.execution_stats).toMatchObject({ total_docs_examined: 2, results_returned: 2 });
  const wrong = await platform.couch('POST', '/_find', { selector: {}, bookmark: 'nonsense' });
  expect([wrong.status, wrong.json]).toEqual([
    400,
    { error: 'invalid_bookmark', reason: 'Invalid bookmark value: "nonsense"' },
  ]);
  const indexes = (await platform.couch('GET', '/_index')).json.indexes;
  expect(indexes.map(({ name }: Json) => name)).toEqual(['_all_docs']);
});

test('nobody but the platform writes', async () => {
  for (const [method, path] of [
    ['PUT', '/guest%2Fabc'],
    ['DELETE', '/guest%2Fabc'],
    ['POST', '/_bulk_docs'],
    ['POST', ''],
    ['DELETE', ''],
    ['POST', '/_index'],
  ] as const) {
    const { status, json } = await platform.couch(method, path, {});
    expect([status, json.error]).toEqual([403, 'forbidden']);
  }
});

test.each([
  ['PATCH', '/guest%2Fabc', 'DELETE,GET,HEAD,POST,PUT,COPY'],
  ['DELETE', '/_all_docs', 'GET,HEAD,POST'],
  ['GET', '/_find', 'POST'],
  ['GET', '/_bulk_get', 'POST'],
  ['GET', '/_bulk_docs', 'POST'],
  ['PUT', DATE_VIEW, 'GET,POST,HEAD'],
])('%s of %s is no method of the real server either', async (method, path, allowed) => {
  const { status, json, headers } = await platform.couch(method, path, {});
  expect([status, json, headers['allow']]).toEqual([
    405,
    { error: 'method_not_allowed', reason: `Only ${allowed} allowed` },
    allowed,
  ]);
});
