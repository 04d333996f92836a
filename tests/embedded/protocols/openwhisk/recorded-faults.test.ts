import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { basic, source, startTestPlatform, type TestPlatform } from '../../platform-fixture.js';
import { expectAlike, expectLikeOpenwhisk, recorded, shapeOf } from '../../recorded.js';

/** Faults, entities, and what the installation tells of itself, against the answers of the real OpenWhisk. */
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
  const hello = 'function main(p){ console.log("hi",p.name); return {greeting:"Hello "+(p.name||"stranger")}; }';
  await platform.api('PUT', 'actions/hello', source('nodejs:20', hello));
  await platform.api('PUT', 'actions/nolog', source('nodejs:20', 'function main(p){ return {ok:true}; }', { logs: 0 }));
  const exported = {
    ...source('nodejs:20', 'function main(p){ return {body: "web"}; }'),
    annotations: [{ key: 'web-export', value: true }],
  };
  await platform.api('PUT', 'actions/web', exported);
});
afterAll(() => platform.stop());

test('missing, malformed and refused requests are answered in the same words', async () => {
  await expectLikeOpenwhisk('12-missing-action-404', platform.api('POST', 'actions/nosuch?blocking=true'));
  await expectLikeOpenwhisk('28-activation-missing-404', platform.api('GET', `activations/${'0'.repeat(32)}`));
  await expectLikeOpenwhisk('29-list-limit-too-big-400', platform.api('GET', 'activations?limit=500'));
  await expectLikeOpenwhisk('30-activation-bad-id', platform.api('GET', 'activations/xyz'));
  const tooLarge = JSON.stringify({ x: 'a'.repeat(1_100_003) });
  const big = await platform.api('POST', 'actions/hello?blocking=true', tooLarge);
  expectAlike(big, recorded('openwhisk/responses/43-payload-too-large-413.txt')[0]!);
  expect(big.json.error).toBe('Request larger than allowed: 1100011 > 1048576 bytes.');
  const bad = await platform.api('POST', 'actions/hello?blocking=true', '{"a":');
  expectAlike(bad, recorded('openwhisk/responses/44-bad-json-400.txt')[0]!);
  expect(bad.json.error).toMatch(/^The request content was malformed:\nUnexpected end/);
  await expectLikeOpenwhisk('45-json-not-object-400', platform.api('POST', 'actions/hello?blocking=true', '5'));
  await expectLikeOpenwhisk('54-put-conflict-409', platform.api('PUT', 'actions/hello', source('nodejs:20', 'x')));
  const kind = await platform.api('PUT', 'actions/hellx', source('nodejs:99', 'x'));
  expectAlike(kind, recorded('openwhisk/responses/55-put-bad-kind-400.txt')[0]!);
  expect(kind.json.error).toContain(
    "The specified runtime 'nodejs:99' is not supported by this platform. Valid values are: ",
  );
  await expectLikeOpenwhisk(
    '56-memory-too-big-400',
    platform.api('PUT', 'actions/hellx', source('nodejs:20', 'x', { memory: 4096 })),
  );
  const other = platform.open(
    'POST',
    '/api/v1/namespaces/whisk.system/actions/foo',
    undefined,
    basic(platform.openwhisk.auth),
  );
  await expectLikeOpenwhisk('57-other-namespace-403', other);
});

test('a request without key, with a malformed or an unknown one is refused in the same words', async () => {
  const keys = [{}, { Authorization: 'Basic xyz' }, basic(`${platform.openwhisk.auth.slice(0, -1)}?`)];
  const real = recorded('openwhisk/responses/42-unauthorized-401.txt');
  expect(real).toHaveLength(3);
  for (const [i, headers] of keys.entries()) {
    const answer = await platform.open('GET', '/api/v1/namespaces/_/actions', undefined, headers);
    expectAlike(answer, real[i]!);
    expect(answer.json.error).toBe(real[i]!.json.error);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="OpenWhisk secure realm",charset=UTF-8');
  }
});

test('what the installation tells of itself', async () => {
  await expectLikeOpenwhisk(
    '46-namespaces',
    platform.open('GET', '/api/v1/namespaces', undefined, basic(platform.openwhisk.auth)),
  );
  const root = await platform.open('GET', '/');
  const [real] = recorded('openwhisk/responses/47-root.txt');
  expectAlike({ ...root, json: { ...root.json, runtimes: 0 } }, { ...real!, json: { ...real!.json, runtimes: 0 } });
  expect(shapeOf(root.json.runtimes.nodejs)).toEqual(shapeOf(real!.json.runtimes.nodejs));
  await expectLikeOpenwhisk('48-api-v1', platform.open('GET', '/api/v1'));
  expect((await expectLikeOpenwhisk('49-ping', platform.open('GET', '/ping'))).text).toBe('pong');
  const { json: limits } = await expectLikeOpenwhisk('51-limits', platform.api('GET', 'limits'));
  // no rate limit unless its config sets one
  expect(limits).toMatchObject({
    invocationsPerMinute: 2_147_483_647,
    concurrentInvocations: 2_147_483_647,
    maxActionMemory: 512,
  });
});

test('an action is shown, listed and deleted', async () => {
  const { json } = await expectLikeOpenwhisk('52-action-get', platform.api('GET', 'actions/hello'));
  const put: unknown = JSON.parse(readFileSync('tests/fixtures/openwhisk/responses/01-put-action.json', 'utf8'));
  expect({ ...json, updated: 0 }).toEqual({ ...(put as object), updated: 0 });
  const list = await expectLikeOpenwhisk('53-actions-list', platform.api('GET', 'actions?limit=2'));
  // the newest first
  expect(list.json.map(({ name }: { name: string }) => name)).toEqual(['web', 'nolog']);
  await expectLikeOpenwhisk('69-delete-action', platform.api('DELETE', 'actions/hello'));
  expect((await platform.api('GET', 'actions/hello')).status).toBe(404);
});
