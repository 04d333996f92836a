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
  await platform.api('PUT', 'actions/full/more', source('nodejs:default', ECHO));
  expect((await platform.api('DELETE', 'packages/full?force=true')).status).toBe(200);
  expect((await platform.api('GET', 'actions/full/more')).status).toBe(404);
  await platform.api('PUT', 'packages/full', {});
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

test('all kinds of entities share their names', async () => {
  await platform.api('PUT', 'actions/taken', source('nodejs:default', ECHO));
  for (const [method, path] of [
    ['PUT', 'packages/taken'],
    ['PUT', 'triggers/taken'],
    ['GET', 'triggers/taken'],
    ['GET', 'rules/taken'],
    ['DELETE', 'packages/taken'],
    ['PUT', 'actions/taken/inside'],
  ] as const) {
    const { status, json } = await platform.api(
      method,
      path,
      method === 'PUT' ? source('nodejs:default', ECHO) : undefined,
    );
    expect([path, status, json.error]).toEqual([
      path,
      409,
      'Resource by this name exists but is not in this collection.',
    ]);
  }
});

test.each([
  [{ timeout: 99 }, 'requirement failed: duration 99 milliseconds below allowed threshold of 100 milliseconds'],
  [
    { timeout: 300_001 },
    'requirement failed: duration 300001 milliseconds exceeds allowed threshold of 300000 milliseconds',
  ],
  [{ memory: 127 }, 'requirement failed: memory size 127 MB below allowed threshold of 128 MB'],
  [{ logs: 11 }, 'requirement failed: log size 11 MB exceeds allowed threshold of 10 MB'],
  [{ logs: -1 }, 'requirement failed: log size -1 MB below allowed threshold of 0 MB'],
  [{ concurrency: 501 }, 'requirement failed: concurrency 501 exceeds allowed threshold of 500'],
  [{ concurrency: 0 }, 'requirement failed: concurrency 0 below allowed threshold of 1'],
  [{ timeout: '100' }, 'The request content was malformed:\ntime limit malformed'],
  [{ memory: 128.5 }, 'The request content was malformed:\nrequirement failed: memory limit must be whole number'],
  [{ logs: null, memory: [] }, 'The request content was malformed:\nmemory limit malformed'],
  ['all', 'The request content was malformed:\nObject expected'],
])('the limit %j is refused in the real words', async (limits, sentence) => {
  const { status, json } = await platform.api('PUT', 'actions/limited', { ...source('nodejs:default', ECHO), limits });
  expect([status, json.error]).toEqual([400, sentence]);
});

test('kinds that this machine cannot execute are refused, blackbox among them, and so is code that is none', async () => {
  const put = async (exec: unknown): Promise<string> => {
    const { status, json } = await platform.api('PUT', 'actions/odd', { exec });
    expect(status).toBe(400);
    return json.error;
  };
  expect(await put({ kind: 'blackbox', image: 'someone/image' })).toMatch(
    /^The request content was malformed:\nThe specified runtime 'blackbox' is not supported by this platform\. Valid values are: 'nodejs:/,
  );
  expect(await put({ code: 'x' })).toBe(
    "The request content was malformed:\n'kind' must be a string defined in 'exec'",
  );
  expect(await put({ kind: 'nodejs:20', code: 1 })).toBe(
    "The request content was malformed:\n'code' must be a string or attachment object defined in 'exec' for 'nodejs:20' actions",
  );
  expect(await put({ kind: 'nodejs:20', code: 'x', main: 1 })).toBe(
    "The request content was malformed:\nif defined, 'main' be a string in 'exec' for 'nodejs:20' actions",
  );
  expect(await put(undefined)).toBe('exec undefined');
});

test('annotations are replaced as a whole, or removed one by one; provide-api-key gives the function the key', async () => {
  const code = 'function main() { return { key: process.env.__OW_API_KEY || null, host: process.env.__OW_API_HOST }; }';
  await platform.api('PUT', 'actions/keyed', {
    ...source('nodejs:default', code),
    annotations: [
      { key: 'provide-api-key', value: true },
      { key: 'a', value: 1 },
      { key: 'a', value: 2 },
    ],
  });
  expect(await result('keyed')).toEqual({ key: platform.openwhisk.auth, host: platform.openwhisk.api_host });
  const got = (await platform.api('GET', 'actions/keyed')).json;
  expect(annotation(got, 'a')).toBe(2);
  const less = await platform.api('PUT', 'actions/keyed?overwrite=true', { delAnnotations: ['a', 'provide-api-key'] });
  expect(less.json.annotations.map(({ key, value }: Json) => [key, value])).toEqual([
    ['provide-api-key', false],
    ['exec', got.exec.kind],
  ]);
  expect(await result('keyed')).toEqual({ key: null, host: platform.openwhisk.api_host });
});

test('HEAD is answered as GET, without a body; OPTIONS says that all is well', async () => {
  await platform.api('PUT', 'actions/seen?overwrite=true', source('nodejs:default', ECHO));
  const get = await platform.api('GET', 'actions/seen');
  const head = await platform.api('HEAD', 'actions/seen');
  expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', get.headers['content-length']]);
  for (const path of ['activations', 'packages', 'triggers', 'rules', 'limits']) {
    expect((await platform.api('HEAD', path)).status).toBe(200);
  }
  const options = await platform.open('OPTIONS', '/api/v1/namespaces/_/actions');
  expect([options.status, options.text]).toEqual([200, 'OK']);
  expect(options.headers['access-control-allow-methods']).toBe('GET, DELETE, POST, PUT, HEAD');
});
