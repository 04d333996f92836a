import { afterAll, beforeAll, expect, test } from 'vitest';
import { basic, source, startTestPlatform, type Answer, type TestPlatform } from '../../platform-fixture.js';

/** Web actions: a request in, an HTTP answer out, without a key. */
let platform: TestPlatform;
beforeAll(async () => void (platform = await startTestPlatform()));
afterAll(() => platform.stop());

async function exported(name: string, code: string, more: { key: string; value: unknown }[] = []): Promise<void> {
  const annotations = [{ key: 'web-export', value: true }, ...more];
  const put = await platform.api('PUT', `actions/${name}?overwrite=true`, {
    ...source('nodejs:default', code),
    annotations,
  });
  expect(put.status).toBe(200);
}

function web(method: string, path: string, body?: Buffer | string, type?: string): Promise<Answer> {
  const headers: Record<string, string> = type === undefined ? {} : { 'Content-Type': type };
  return platform.open(method, `/api/v1/web/guest/default/${path}`, body, headers);
}

test('the function sees method, path, query and headers', async () => {
  await exported('see', 'function main(p) { return { body: p }; }');
  const { json, status, headers } = await web('GET', 'see.http/a/b?name=Ada');
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/json');
  expect(json).toMatchObject({ __ow_method: 'get', __ow_path: '/a/b', name: 'Ada' });
  expect(json['__ow_headers'].host).toMatch(/^127\.0\.0\.1:/);
});

test('an image arrives in base64, text as text, an object as parameters', async () => {
  await exported('see', 'function main(p) { return { body: p }; }');
  const image = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3, 254, 255]);
  expect((await web('POST', 'see', image, 'image/jpeg')).json['__ow_body']).toBe(image.toString('base64'));
  expect((await web('POST', 'see', image, 'application/octet-stream')).json['__ow_body']).toBe(
    image.toString('base64'),
  );
  expect((await web('POST', 'see', 'héllo', 'text/plain')).json['__ow_body']).toBe('héllo');
  const object = await web('POST', 'see?a=1&b=1', '{"b": 2}', 'application/json');
  expect(object.json).toMatchObject({ a: '1', b: 2 });
  expect(object.json['__ow_body']).toBe(undefined);
  expect((await web('POST', 'see', 'a=1&b=%26', 'application/x-www-form-urlencoded')).json).toMatchObject({
    a: '1',
    b: '&',
  });
  const large = await web('POST', 'see', Buffer.alloc(1_100_000), 'image/png');
  expect(large.status).toBe(413);
});

test("its answer is the result's status, headers and body; the extension chooses another reading", async () => {
  await exported('answer', 'function main({ as }) { return JSON.parse(as); }');
  const answer = (result: unknown, extension = ''): Promise<Answer> =>
    web('GET', `answer${extension}?as=${encodeURIComponent(JSON.stringify(result))}`);
  const created = await answer({ statusCode: 201, headers: { 'X-Own': 'yes' }, body: { n: 1 } });
  expect([created.status, created.headers['x-own'], created.json]).toEqual([201, 'yes', { n: 1 }]);
  const page = await answer({ body: '<p>' });
  expect([page.headers['content-type'], page.text]).toEqual(['text/html; charset=UTF-8', '<p>']);
  expect((await answer({})).status).toBe(204);
  const pixel = await answer({ headers: { 'content-type': 'image/png' }, body: 'iVBORw==' });
  expect([pixel.headers['content-type'], pixel.headers['content-length']]).toEqual(['image/png', '4']);
  expect((await answer({ n: 1 }, '.json')).json).toEqual({ n: 1 });
  expect((await answer({ text: 'plain' }, '.text')).text).toBe('plain');
  const html = await answer({ html: '<b>' }, '.html');
  expect([html.headers['content-type'], html.text]).toEqual(['text/html; charset=UTF-8', '<b>']);
  const noHtml = await answer({ n: 1 }, '.html');
  expect([noHtml.status, noHtml.json.error]).toEqual([400, "Response is not valid 'text/html'."]);
  const noText = await answer({ n: 1 }, '.text');
  expect([noText.status, noText.json.error]).toEqual([404, 'Response does not include requested property.']);
  // what would break the answer's own framing is left out
  const sly = await answer({ headers: { 'X-Bad': 'a\r\nSet-Cookie: x', 'Content-Length': '1' }, body: 'whole' });
  expect([sly.status, sly.text, sly.headers['x-bad']]).toEqual([200, 'whole', undefined]);
});

test('its errors are 400, or what the function makes of them', async () => {
  await exported(
    'answer',
    'function main({ as }) { if (as === "throw") throw new Error("boom"); return JSON.parse(as); }',
  );
  const told = await web('GET', `answer?as=${encodeURIComponent('{"error":"not so"}')}`);
  expect([told.status, told.json.error]).toEqual([400, "Response is not valid 'message/http'."]);
  // indented, as the real system tells faults of web actions, and only those
  expect(told.text).toMatch(/^\{\n {2}"code": "\w{32}",\n {2}"error": /);
  expect(told.headers['x-openwhisk-activation-id']).toMatch(/^[0-9a-f]{32}$/);
  const worded = await web('GET', `answer?as=${encodeURIComponent('{"error":{"statusCode":418,"body":"tea"}}')}`);
  expect([worded.status, worded.text]).toEqual([418, 'tea']);
  const thrown = await web('GET', 'answer?as=throw');
  expect([thrown.status, thrown.json.error]).toEqual([400, 'There was an error processing your request.']);
  expect(thrown.headers['x-openwhisk-activation-id']).toMatch(/^[0-9a-f]{32}$/);
});

test.each([
  [{ statusCode: 999 }, "Response is not valid 'message/http'."],
  [{ statusCode: 'soon' }, "Response is not valid 'message/http'."],
  [{ headers: { 'X-Own': {} } }, "Response is not valid 'message/http'."],
  [{ headers: 'none' }, "Response is not valid 'message/http'."],
  [
    { headers: { 'Content-Type': 'text/plain' }, body: { n: 1 } },
    'Response type in header did not match generated content type.',
  ],
  [
    { headers: { 'Content-Type': 'image/png' }, body: 'no base64!' },
    'Response type in header did not match generated content type.',
  ],
  [{ headers: { 'Content-Type': 'nonsense' }, body: 'x' }, 'Response did not specify a known content-type.'],
])('a result that is no HTTP answer is refused in the real words: %j', async (result, sentence) => {
  await exported('answer', 'function main({ as }) { return JSON.parse(as); }');
  const { status, json } = await web('GET', `answer?as=${encodeURIComponent(JSON.stringify(result))}`);
  expect([status, json.error]).toEqual([400, sentence]);
});

test('text gets a charset, several values of a header several lines, JSON in base64 is decoded', async () => {
  await exported('answer', 'function main({ as }) { return JSON.parse(as); }');
  const answer = (result: unknown): Promise<Answer> =>
    web('GET', `answer?as=${encodeURIComponent(JSON.stringify(result))}`);
  const cookies = await answer({
    headers: { 'Set-Cookie': ['a=1', 'b=2'], 'X-N': 3, 'Content-Type': 'text/css' },
    body: 'a{}',
  });
  expect(cookies.headers['content-type']).toBe('text/css; charset=UTF-8');
  expect(cookies.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(cookies.headers['x-n']).toBe('3');
  const encoded = Buffer.from('{"n":1,"m":2}').toString('base64');
  const json = await answer({ headers: { 'Content-Type': 'application/json' }, body: encoded });
  expect(json.text).toBe('{"n":1,"m":2}');
});

test('a raw action gets query and body as they came, an action of final parameters refuses to have them set', async () => {
  const code = 'function main(p) { return { body: p }; }';
  await exported('raw', code, [{ key: 'raw-http', value: true }]);
  const raw = await web('POST', 'raw?a=%26&b', '{"n": 1}', 'application/json');
  const encoded = Buffer.from('{"n": 1}').toString('base64');
  expect(raw.json).toMatchObject({ __ow_query: 'a=%26&b', __ow_body: encoded, __ow_method: 'post' });
  expect(raw.json['n']).toBe(undefined);
  expect((await web('POST', 'raw', 'text', 'text/plain')).json['__ow_body']).toBe('text');
  expect((await web('GET', 'raw')).json).toMatchObject({ __ow_query: '', __ow_body: '' });

  const put = await platform.api('PUT', 'actions/final', {
    ...source('nodejs:default', code),
    annotations: [
      { key: 'web-export', value: true },
      { key: 'final', value: true },
    ],
    parameters: [
      { key: 'fixed', value: 1 },
      { key: 'open', value: null },
    ],
  });
  expect(put.status).toBe(200);
  const refusal = [400, 'Request defines parameters that are not allowed (e.g., reserved properties).'];
  for (const ask of [web('GET', 'final?fixed=2'), web('POST', 'final', '{"fixed":2}', 'application/json')]) {
    const { status, json } = await ask;
    expect([status, json.error]).toEqual(refusal);
  }
  expect((await web('GET', 'final?open=2')).json).toMatchObject({ fixed: 1, open: '2' });
  const reserved = await web('GET', 'see?__ow_method=put');
  expect([reserved.status, reserved.json.error]).toEqual(refusal);
  const called = await platform.api('POST', 'actions/final?blocking=true', { fixed: 2 });
  expect([called.status, called.json.error]).toEqual(refusal);
  const malformed = await web('POST', 'see', '{"n":', 'application/json');
  expect([malformed.status, malformed.json.error]).toEqual([
    400,
    expect.stringMatching(/^The request content was malformed:\n/),
  ]);
  expect((await web('POST', 'see', '[1]', 'application/json')).json['__ow_body']).toEqual([1]);
});

test('require-whisk-auth asks for the key, or for a secret of its own', async () => {
  const code = 'function main(p) { return { body: p.__ow_user || "nobody" }; }';
  await exported('keyed', code, [{ key: 'require-whisk-auth', value: true }]);
  await exported('secret', code, [{ key: 'require-whisk-auth', value: 's3cret' }]);
  const path = (name: string): string => `/api/v1/web/guest/default/${name}`;
  const refused = await web('GET', 'keyed');
  expect([refused.status, refused.json.error]).toEqual([
    401,
    'The resource requires authentication, which was not supplied with the request',
  ]);
  const key = basic(platform.openwhisk.auth);
  expect((await platform.open('GET', path('keyed'), undefined, key)).text).toBe('guest');
  expect((await platform.open('GET', path('keyed'), undefined, basic('a:b'))).status).toBe(401);
  expect((await web('GET', 'secret')).status).toBe(401);
  const secret = await platform.open('GET', path('secret'), undefined, { 'X-Require-Whisk-Auth': 's3cret' });
  expect([secret.status, secret.text]).toEqual([200, 'nobody']);
});

test('OPTIONS is answered for an action, unless it answers itself; HEAD has no body', async () => {
  const code = 'function main(p) { return { headers: { "X-Own": p.__ow_method }, body: "mine" }; }';
  await exported('see', code);
  const headers = { 'Access-Control-Request-Headers': 'X-Special' };
  const path = '/api/v1/web/guest/default';
  const preflight = await platform.open('OPTIONS', `${path}/see`, undefined, headers);
  expect([preflight.status, preflight.text]).toEqual([200, '']);
  expect(preflight.headers['access-control-allow-headers']).toBe('X-Special');
  expect(preflight.headers['access-control-allow-methods']).toBe('OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH');
  await exported('own', code, [{ key: 'web-custom-options', value: true }]);
  const own = await platform.open('OPTIONS', `${path}/own`, undefined, headers);
  expect([own.text, own.headers['x-own']]).toEqual(['mine', 'options']);
  expect(own.headers['access-control-allow-origin']).toBe(undefined);
  const head = await web('HEAD', 'see');
  expect([head.status, head.text, head.headers['x-own']]).toEqual([200, '', 'head']);
});

test('a sequence and an action called by a package binding can be web actions, too', async () => {
  await platform.api('PUT', 'packages/tools', { parameters: [{ key: 'from', value: 'package' }] });
  const annotations = [{ key: 'web-export', value: true }];
  const code = 'function main(p) { return { body: p.from }; }';
  await platform.api('PUT', 'actions/tools/tell', { ...source('nodejs:default', code), annotations });
  await platform.api('PUT', 'packages/bound', {
    binding: { namespace: '_', name: 'tools' },
    parameters: [{ key: 'from', value: 'binding' }],
  });
  expect((await platform.open('GET', '/api/v1/web/guest/tools/tell')).text).toBe('package');
  expect((await platform.open('GET', '/api/v1/web/guest/bound/tell')).text).toBe('binding');
  await platform.api('PUT', 'actions/both', {
    exec: { kind: 'sequence', components: ['/_/tools/tell', '/_/tools/tell'] },
    annotations,
  });
  // the second is given {body: 'package'}, which does not say where it is from
  expect((await web('GET', 'both')).text).toBe('package');
});

test('what is not exported is not there', async () => {
  await platform.api(
    'PUT',
    'actions/private',
    source('nodejs:default', 'function main() { return { body: "secret" }; }'),
  );
  const hidden = await web('GET', 'private');
  expect([hidden.status, hidden.json.error]).toEqual([404, 'The requested resource does not exist.']);
  expect((await web('GET', 'nosuch')).status).toBe(404);
  expect((await platform.open('GET', '/api/v1/web/other/default/private')).status).toBe(404);
});
