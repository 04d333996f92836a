import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlatform, type Json, type TestPlatform } from '../embedded/platform-fixture.js';
import { zipOf } from '../embedded/zip.js';
import { nodePackage } from '../support/node-package.js';

// OpenWhisk's client for Node, as its actions and its users have it, against the embedded platform.
const openwhisk = nodePackage('openwhisk', '3.21.8') as ((options: object) => Json) | undefined;
let platform: TestPlatform;
let client: Json;

beforeAll(async () => {
  platform = await startTestPlatform();
  client = openwhisk?.({ apihost: platform.openwhisk.api_host, api_key: platform.openwhisk.auth });
});
afterAll(() => platform.stop());

describe.skipIf(openwhisk === undefined)("OpenWhisk's client for Node", () => {
  test('creates, shows, invokes, lists and deletes actions: text, an archive, a sequence', async () => {
    const code = 'function main({ name }) { return { hello: name }; }';
    const created = await client.actions.create({ name: 'hello', action: code, params: { name: 'default' } });
    expect(created).toMatchObject({ name: 'hello', namespace: 'guest', version: '0.0.1' });
    const archive = zipOf([{ path: 'index.js', content: Buffer.from('exports.main = () => ({ zip: true });') }], true);
    // it does not say that its code is an archive
    expect((await client.actions.create({ name: 'packed', action: archive })).exec.binary).toBe(true);
    const echo = 'function main(p) { return { got: p }; }';
    await client.actions.update({ name: 'echo', action: echo, annotations: { 'web-export': true } });
    await client.actions.create({ name: 'both', sequence: ['/_/packed', '/_/echo'] });

    const invoke = { name: 'hello', blocking: true, result: true };
    expect(await client.actions.invoke(invoke)).toEqual({ hello: 'default' });
    expect(await client.actions.invoke({ ...invoke, params: { name: 'Ada' } })).toEqual({ hello: 'Ada' });
    expect(await client.actions.invoke({ ...invoke, name: 'both' })).toEqual({ got: { zip: true } });
    expect((await client.actions.get({ name: 'hello' })).exec.code).toBe(code);
    expect((await client.actions.list()).map(({ name }: Json) => name)).toEqual(['both', 'echo', 'packed', 'hello']);
    await client.actions.delete({ name: 'packed' });
    const failure = await client.actions.invoke({ ...invoke, name: 'packed' }).catch((error: Json) => error);
    expect([failure.statusCode, failure.error.error]).toEqual([404, 'The requested resource does not exist.']);
  });

  test('finds activations, their logs and results', async () => {
    await client.actions.update({ name: 'talk', action: 'function main() { console.log("said"); return { n: 1 }; }' });
    const { activationId } = await client.actions.invoke({ name: 'talk' });
    await platform.record(activationId);
    expect((await client.activations.get({ name: activationId })).response.result).toEqual({ n: 1 });
    expect((await client.activations.logs({ name: activationId })).logs).toEqual([expect.stringMatching(/Z said$/)]);
    expect((await client.activations.result({ name: activationId })).result).toEqual({ n: 1 });
    expect((await client.activations.list({ limit: 1 }))[0].activationId).toBe(activationId);
  });

  test('has packages, triggers, rules and namespaces', async () => {
    await client.packages.update({ name: 'tools', package: { parameters: [{ key: 'a', value: 1 }] } });
    await client.actions.update({ name: 'tools/echo', action: 'function main(p) { return p; }' });
    await client.packages.update({ name: 'bound', package: { binding: { namespace: 'guest', name: 'tools' } } });
    const result = await client.actions.invoke({ name: 'bound/echo', blocking: true, result: true, params: { b: 2 } });
    expect(result).toEqual({ a: 1, b: 2 });
    await client.triggers.create({ name: 'tr' });
    await client.rules.create({ name: 'ru', action: '/_/tools/echo', trigger: '/_/tr' });
    const { activationId } = await client.triggers.invoke({ name: 'tr', params: { c: 3 } });
    expect(JSON.parse((await platform.record(activationId)).logs[0])).toMatchObject({
      success: true,
      rule: 'guest/ru',
    });
    await client.rules.disable({ name: 'ru' });
    expect((await client.rules.get({ name: 'ru' })).status).toBe('inactive');
    expect(await client.namespaces.list()).toEqual(['guest']);
    await client.rules.delete({ name: 'ru' });
    await client.triggers.delete({ name: 'tr' });
    expect(await client.rules.list()).toEqual([]);
  });

  test('works in an action, with the key that provide-api-key gives it', async () => {
    const code = `async function main() {
      const host = process.env.__OW_API_HOST;
      const Authorization = 'Basic ' + Buffer.from(process.env.__OW_API_KEY).toString('base64');
      const answer = await fetch(host + '/api/v1/namespaces/' + process.env.__OW_NAMESPACE + '/limits', { headers: { Authorization } });
      return { status: answer.status };
    }`;
    const annotations = [{ key: 'provide-api-key', value: true }];
    await platform.api('PUT', 'actions/inside', { exec: { kind: 'nodejs:default', code }, annotations });
    const invoked = await client.actions.invoke({ name: 'inside', blocking: true, result: true });
    expect(invoked).toEqual({ status: 200 });
  });
});
