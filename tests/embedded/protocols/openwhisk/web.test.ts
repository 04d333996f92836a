import { afterAll, beforeAll, expect, test } from 'vitest';
import { source, startTestPlatform, type Answer, type TestPlatform } from '../../platform-fixture.js';

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
  const html = await answer({ body: '<p>' });
  expect([html.headers['content-type'], html.text]).toEqual(['text/html; charset=UTF-8', '<p>']);
  expect((await answer({})).status).toBe(204);
  const pixel = await answer({ headers: { 'content-type': 'image/png' }, body: 'iVBORw==' });
  expect([pixel.headers['content-type'], pixel.headers['content-length']]).toEqual(['image/png', '4']);
  expect((await answer({ n: 1 }, '.json')).json).toEqual({ n: 1 });
  expect((await answer({ text: 'plain' }, '.text')).text).toBe('plain');
  expect((await answer({ n: 1 }, '.html')).status).toBe(404);
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
  expect([told.status, told.text]).toEqual([400, 'not so']);
  expect(told.headers['x-openwhisk-activation-id']).toMatch(/^[0-9a-f]{32}$/);
  const worded = await web('GET', `answer?as=${encodeURIComponent('{"error":{"statusCode":418,"body":"tea"}}')}`);
  expect([worded.status, worded.text]).toEqual([418, 'tea']);
  const thrown = await web('GET', 'answer?as=throw');
  expect([thrown.status, thrown.json.error]).toEqual([400, 'There was an error processing your request.']);
  expect(thrown.headers['x-openwhisk-activation-id']).toMatch(/^[0-9a-f]{32}$/);
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
