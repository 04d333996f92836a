import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  annotation,
  ask,
  basic,
  source,
  startTestPlatform,
  type Json,
  type TestPlatform,
} from '../../platform-fixture.js';

/** Actions and packages as entities: versions, parameters, names. */
let platform: TestPlatform;
beforeAll(async () => void (platform = await startTestPlatform()));
afterAll(() => platform.stop());

const ECHO = 'function main(p) { return p; }';

async function result(path: string, parameters: object = {}): Promise<Json> {
  return (await platform.api('POST', `actions/${path}?blocking=true&result=true`, parameters)).json;
}

test('an update raises the version and keeps what it does not name', async () => {
  const first = { ...source('nodejs:default', ECHO, { timeout: 5_000 }), parameters: [{ key: 'a', value: 1 }] };
  expect((await platform.api('PUT', 'actions/echo', first)).json.version).toBe('0.0.1');
  const update = await platform.api('PUT', 'actions/echo?overwrite=true', { limits: { memory: 128 } });
  expect(update.json).toMatchObject({
    version: '0.0.2',
    exec: { code: ECHO },
    limits: { timeout: 5_000, memory: 128, logs: 10, concurrency: 1 },
    parameters: [{ key: 'a', value: 1 }],
  });
  const { json } = await platform.api('GET', 'actions/echo?code=false');
  expect(json.exec).toEqual({ kind: update.json.exec.kind, binary: false });
});

test("the call's parameters stand over the action's, those over its package's", async () => {
  await platform.api('PUT', 'packages/pkg', {
    parameters: [
      { key: 'a', value: 'pkg' },
      { key: 'b', value: 'pkg' },
      { key: 'c', value: 'pkg' },
    ],
  });
  const inner = {
    ...source('nodejs:default', ECHO),
    parameters: [
      { key: 'b', value: 'action' },
      { key: 'c', value: 'action' },
    ],
  };
  expect((await platform.api('PUT', 'actions/pkg/echo', inner)).json).toMatchObject({
    namespace: 'guest/pkg',
    name: 'echo',
  });
  expect(await result('pkg/echo', { c: 'call' })).toEqual({ a: 'pkg', b: 'action', c: 'call' });
});

test('like-named actions of two packages stay apart, also in their records', async () => {
  await platform.api('PUT', 'actions/twin', source('nodejs:default', 'function main() { return { from: "none" }; }'));
  await platform.api('PUT', 'packages/one', {});
  await platform.api(
    'PUT',
    'actions/one/twin',
    source('nodejs:default', 'function main() { return { from: "one" }; }'),
  );
  expect([await result('twin'), await result('one/twin')]).toEqual([{ from: 'none' }, { from: 'one' }]);
  const { json } = await platform.api('POST', 'actions/one/twin?blocking=true');
  expect([json.name, annotation(json, 'path')]).toEqual(['twin', 'guest/one/twin']);
  await platform.record(json.activationId);
  const list = await platform.api('GET', 'activations?name=one/twin');
  expect(list.json.every((row: Json) => annotation(row, 'path') === 'guest/one/twin')).toBe(true);
  expect(list.json.length).toBeGreaterThan(0);
});

test('packages are listed with what is in them, and deleted only when that is gone', async () => {
  expect((await platform.api('PUT', 'actions/nowhere/echo', source('nodejs:default', ECHO))).status).toBe(404);
  await platform.api('PUT', 'packages/full', {});
  await platform.api('PUT', 'actions/full/echo', source('nodejs:default', ECHO));
  expect((await platform.api('PUT', 'packages/full', {})).status).toBe(409);
  expect((await platform.api('GET', 'packages/full')).json.actions.map(({ name }: Json) => name)).toEqual(['echo']);
  expect((await platform.api('GET', 'packages')).json[0].name).toBe('full');
  expect((await platform.api('GET', 'actions/full/')).json.map(({ name }: Json) => name)).toEqual(['echo']);
  const refused = await platform.api('DELETE', 'packages/full');
  expect([refused.status, refused.json.error]).toEqual([
    409,
    'Package not empty (contains 1 entity). Set force param or delete package contents.',
  ]);
  await platform.api('DELETE', 'actions/full/echo');
  expect((await platform.api('DELETE', 'packages/full')).status).toBe(200);
  expect((await platform.api('GET', 'packages/full')).status).toBe(404);
});

test('a name of a path, a body of another type, an unknown method and path are refused', async () => {
  const named = async (name: string): Promise<number> =>
    (await platform.api('PUT', `actions/${name}`, source('nodejs:default', ECHO))).status;
  expect(await named('..%2F..%2Fetc')).toBe(400);
  expect(await named('%00')).toBe(400);
  const root = `${platform.openwhisk.api_host}/api/v1/namespaces/guest`;
  const key = basic(platform.openwhisk.auth);
  const typed = await ask('POST', `${root}/actions/echo`, 'a=1', { ...key, 'Content-Type': 'text/plain' });
  expect(typed.status).toBe(415);
  const patched = await ask('PATCH', `${root}/actions/echo`, undefined, key);
  expect([patched.status, patched.headers['allow']]).toEqual([405, 'DELETE, GET, POST, PUT']);
  for (const path of ['/nosuch', '/api/v2', '/api/v1/namespaces/guest/nosuch', '/%E0%A4%A']) {
    expect((await platform.open('GET', path, undefined, key)).status).toBe(404);
  }
});

test('booleans of the query are read in any case; a wait beyond a minute is refused', async () => {
  await platform.api('PUT', 'actions/echo?overwrite=YES', source('nodejs:default', ECHO));
  expect((await platform.api('POST', 'actions/echo?blocking=True&result=ON', { x: 1 })).json).toMatchObject({ x: 1 });
  expect((await platform.api('POST', 'actions/echo?blocking=maybe')).status).toBe(400);
  expect((await platform.api('POST', 'actions/echo?blocking=true&timeout=60001')).status).toBe(400);
});

test('what a client calls its request stands in the answer', async () => {
  const answer = await platform.open('GET', '/ping', undefined, { 'X-Request-ID': 'my-own-id-1' });
  expect(answer.headers['x-request-id']).toBe('my-own-id-1');
});
