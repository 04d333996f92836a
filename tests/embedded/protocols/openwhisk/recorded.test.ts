import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, source, startTestPlatform, type Json, type TestPlatform } from '../../platform-fixture.js';
import { expectAlike, expectLikeOpenwhisk, recorded, shapeOf } from '../../recorded.js';

/**
 * Every answer of the platform against the answer that the real OpenWhisk gave to the same request: status line, header
 * names, and the structure of the body with the order of its keys; of a fault also its sentence.
 */
let platform: TestPlatform;
const ids: Record<string, string> = {};

beforeAll(async () => {
  platform = await startTestPlatform();
  const actions: Record<string, object> = {
    hello: source(
      'nodejs:20',
      'function main(p){ console.log("hi",p.name); return {greeting:"Hello "+(p.name||"stranger")}; }',
    ),
    err: source('nodejs:20', 'function main(p){ return {error: "bad " + p.x}; }'),
    thr: source('nodejs:20', 'function main(p){ throw new Error("boom"); }'),
    syn: source('nodejs:20', 'function main(p){ return {;'),
    tmo: source('nodejs:20', 'function main(p){ return new Promise(() => setInterval(() => 0, 1000)); }', {
      timeout: 200,
    }),
    ex: source('nodejs:20', 'function main(p){ process.exit(3); }'),
    logs: source('nodejs:20', 'function main(p){ for (let i=0;i<3;i++) console.log("line "+i); return {ok:true}; }'),
    nolog: source('nodejs:20', 'function main(p){ console.log("unseen"); return {ok:true}; }', { logs: 0 }),
    slow: source('nodejs:20', 'function main(p){ return new Promise((r) => setTimeout(r, p.ms, {slept: p.ms})); }'),
    web: {
      ...source(
        'nodejs:20',
        'function main(p){ return {headers:{"Content-Type":"text/plain; charset=UTF-8"}, body:"web "+p.__ow_method}; }',
      ),
      annotations: [{ key: 'web-export', value: true }],
    },
  };
  for (const [name, action] of Object.entries(actions))
    expect((await platform.api('PUT', `actions/${name}`, action)).status).toBe(200);
});
afterAll(() => platform.stop());

test('a blocking invocation answers with the record: with initTime when cold, without when warm', async () => {
  await expectLikeOpenwhisk(
    '02-invoke-blocking-cold',
    platform.api('POST', 'actions/hello?blocking=true', { name: 'a' }),
  );
  await expectLikeOpenwhisk(
    '03-invoke-blocking-warm',
    platform.api('POST', 'actions/hello?blocking=true', { name: 'b' }),
  );
  const { json } = await expectLikeOpenwhisk(
    '04-invoke-blocking-result',
    platform.api('POST', 'actions/hello?blocking=true&result=true', { name: 'c' }),
  );
  expect(json).toEqual({ greeting: 'Hello c' });
  const logs = await platform.api('POST', 'actions/logs?blocking=true', {});
  const warm = await expectLikeOpenwhisk('31-invoke-logs', platform.api('POST', 'actions/logs?blocking=true', {}));
  expect(logs.json.logs).toEqual([]);
  expect(warm.headers['x-openwhisk-activation-id']).toBe(warm.json.activationId);
});

test('a non-blocking invocation answers with its id', async () => {
  const { json } = await expectLikeOpenwhisk(
    '05-invoke-nonblocking',
    platform.api('POST', 'actions/hello', { name: 'd' }),
  );
  expect((await platform.record(json.activationId)).response.result).toEqual({ greeting: 'Hello d' });
});

test.each(['err', 'ex', 'nolog', 'syn', 'thr', 'tmo'])(
  'the %s function fails, or not, as in OpenWhisk',
  async (name) => {
    const answer = await expectLikeOpenwhisk(
      `10-blocking-${name}`,
      platform.api('POST', `actions/${name}?blocking=true`, { x: 1 }),
    );
    const [real] = recorded(`openwhisk/responses/10-blocking-${name}.txt`);
    const wording = (json: Json): unknown =>
      JSON.parse(
        JSON.stringify(json.response)
          .replaceAll(/\d+ milliseconds/g, 'N milliseconds')
          .replace(/(SyntaxError).*?"}/, '$1"}'),
      );
    const { size: oursSize, ...ours } = wording(answer.json) as Record<string, unknown>;
    const { size: realSize, ...theirs } = wording(real!.json) as Record<string, unknown>;
    expect(ours).toEqual(theirs);
    // a stack trace has another length on another machine
    if (name !== 'syn') expect(oursSize).toBe(realSize);
    ids[name] = answer.json.activationId;
  },
);

test.each(['err', 'ex', 'syn', 'thr', 'tmo'])(
  'the record of %s is the one of the API and of the database',
  async (name) => {
    const stored = await platform.record(ids[name]!);
    expect(shapeOf(stored)).toEqual(shapeOf(recorded(`openwhisk/responses/20-get-activation-${name}.txt`)[0]!.json));
    const document = await platform.couch('GET', `/guest%2F${ids[name]}`);
    const real: unknown = JSON.parse(
      readFileSync(`tests/fixtures/openwhisk/responses/21-couchdb-doc-${name}.json`, 'utf8'),
    );
    expect(shapeOf(document.json)).toEqual(shapeOf(real));
  },
);

test('an application error answers 502 with its result alone', async () => {
  const { json } = await expectLikeOpenwhisk(
    '11-blocking-err-result',
    platform.api('POST', 'actions/err?blocking=true&result=true', { x: 1 }),
  );
  expect(json).toEqual({ error: 'bad 1' });
});

test('logs, result, lists and count of activations', async () => {
  const { json } = await platform.api('POST', 'actions/logs?blocking=true', {});
  await platform.record(json.activationId);
  const logs = await expectLikeOpenwhisk('22-get-logs', platform.api('GET', `activations/${json.activationId}/logs`));
  expect(logs.json.logs).toHaveLength(3);
  logs.json.logs.forEach((line: string, i: number) => {
    expect(line).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z line ${i}$`));
  });
  await expectLikeOpenwhisk('23-get-result', platform.api('GET', `activations/${json.activationId}/result`));
  const cold = await platform.api('GET', 'activations?limit=2&name=err');
  expectAlike(cold, { ...recorded('openwhisk/responses/24-list-activations.txt')[0]!, json: cold.json });
  const [warmRow, coldRow] = recorded('openwhisk/responses/26-list-activations-by-name-since.txt')[0]!.json;
  const rows = await platform.api('GET', 'activations?name=hello&limit=200&since=1700000000000');
  expect(shapeOf(rows.json[0])).toEqual(shapeOf(warmRow));
  expect(shapeOf(rows.json.at(-1))).toEqual(shapeOf(coldRow));
  await expectLikeOpenwhisk('25-list-activations-docs', platform.api('GET', 'activations?limit=1&docs=true&name=err'));
  const { json: count } = await expectLikeOpenwhisk('27-list-count', platform.api('GET', 'activations?count=true'));
  const all = await platform.api('GET', 'activations?limit=0');
  expect(all.json).toHaveLength(count.activations);
});

test('a web action needs no key', async () => {
  const answer = await expectLikeOpenwhisk('58-web-action', platform.open('GET', '/api/v1/web/guest/default/web'));
  expect(answer.text).toBe('web get');
});

test('a blocking call that takes longer than its caller waits is answered with its id, and goes on', async () => {
  const { json } = await expectLikeOpenwhisk(
    '60b-blocking-timeout-param-202',
    platform.api('POST', 'actions/slow?blocking=true&timeout=50', { ms: 300 }),
  );
  expect((await platform.record(json.activationId)).response.result).toEqual({ slept: 300 });
});

test('every document has the structure of one of the 467 that the real platform wrote', async () => {
  const known = new Set(
    readFileSync('tests/fixtures/openwhisk/activations-real.ndjson', 'utf8')
      .trim()
      .split('\n')
      .map((line) => structure(JSON.parse(line))),
  );
  const all = await eventually(async () => (await platform.couch('GET', '/_all_docs?include_docs=true')).json);
  expect(all.rows.length).toBeGreaterThan(15);
  for (const { doc } of all.rows) expect(known).toContain(structure(doc));
});

/** Without what depends on the function: its result, and how many lines it wrote. */
function structure(document: Json): string {
  const { logs, response, ...rest } = document;
  return JSON.stringify([shapeOf(rest), Array.isArray(logs), Object.keys(response), typeof response.statusCode]);
}
