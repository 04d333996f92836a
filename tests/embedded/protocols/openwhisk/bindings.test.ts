import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  annotation,
  source,
  startTestPlatform,
  type Answer,
  type Json,
  type TestPlatform,
} from '../../platform-fixture.js';

/** Package bindings: another name, with parameters of its own, for a package. */
let platform: TestPlatform;
const BINDING = { name: 'tools', namespace: 'guest' };

beforeAll(async () => {
  platform = await startTestPlatform();
  const parameters = ['a', 'b', 'c', 'd'].map((key) => ({ key, value: 'package' }));
  await platform.api('PUT', 'packages/tools', { parameters });
  await platform.api('PUT', 'actions/tools/echo', {
    ...source('nodejs:default', 'function main(p) { return p; }'),
    parameters: [{ key: 'c', value: 'action' }],
  });
  const feed = { ...source('nodejs:default', 'function main() {}'), annotations: [{ key: 'feed', value: '' }] };
  await platform.api('PUT', 'actions/tools/events', feed);
  await bind('bound', { binding: { namespace: '_', name: 'tools' }, parameters: [{ key: 'b', value: 'binding' }] });
});
afterAll(() => platform.stop());

function bind(name: string, body: object): Promise<Answer> {
  return platform.api('PUT', `packages/${name}`, body);
}

test('a binding tells what it is bound to, in a field and in an annotation', async () => {
  const { json } = await bind('bound2', { binding: BINDING });
  expect(json).toMatchObject({
    name: 'bound2',
    namespace: 'guest',
    binding: BINDING,
    parameters: [],
    version: '0.0.1',
  });
  expect(annotation(json, 'binding')).toEqual(BINDING);
  const list = (await platform.api('GET', 'packages')).json;
  expect(list.map(({ name, binding }: Json) => [name, binding])).toEqual([
    ['bound2', BINDING],
    ['bound', BINDING],
    ['tools', false],
  ]);
});

test("it shows itself, with its package's actions, and the parameters of both, its own over the package's", async () => {
  await platform.api('PUT', 'packages/tools?overwrite=true', { annotations: [{ key: 'of', value: 'package' }] });
  const { json } = await platform.api('GET', 'packages/bound');
  // As mergePackageWithBinding of Packages.scala: the binding's entity that inherits the package's parameters.
  expect(json).toMatchObject({ binding: BINDING, namespace: 'guest', version: '0.0.1' });
  expect(json.annotations).toEqual([{ key: 'binding', value: BINDING }]);
  expect((await platform.api('GET', 'packages/tools')).json).toMatchObject({
    name: 'tools',
    binding: {},
    version: '0.0.2',
  });
  expect([json.name, json.actions.map(({ name }: Json) => name), json.feeds.map(({ name }: Json) => name)]).toEqual([
    'bound',
    ['echo'],
    ['events'],
  ]);
  expect(Object.fromEntries(json.parameters.map(({ key, value }: Json) => [key, value]))).toEqual({
    a: 'package',
    b: 'binding',
    c: 'package',
    d: 'package',
  });
  const actions = await platform.api('GET', 'actions/bound/');
  // of the package's namespace, not the binding's
  expect(actions.json.map(({ namespace, name }: Json) => `${namespace}/${name}`)).toEqual([
    'guest/tools/events',
    'guest/tools/echo',
  ]);
});

test('an action called by it gets the parameters of all, and its record tells by which binding', async () => {
  const { json } = await platform.api('POST', 'actions/bound/echo?blocking=true', { d: 'call' });
  expect(json.response.result).toEqual({ a: 'package', b: 'binding', c: 'action', d: 'call' });
  expect([json.name, annotation(json, 'path'), annotation(json, 'binding')]).toEqual([
    'echo',
    'guest/tools/echo',
    'guest/bound',
  ]);
  await platform.record(json.activationId);
  const named = async (name: string): Promise<string[]> =>
    (await platform.api('GET', `activations?name=${name}`)).json.map(({ activationId }: Json) => activationId);
  expect(await named('bound/echo')).toEqual([json.activationId]);
  expect(await named('tools/echo')).toEqual([]);
  const shown = await platform.api('GET', 'actions/bound/echo');
  expect(Object.fromEntries(shown.json.parameters.map(({ key, value }: Json) => [key, value]))).toEqual({
    a: 'package',
    b: 'binding',
    c: 'action',
    d: 'package',
  });
});

test('a component of a sequence may be named by a binding, and a binding keeps a sequence', async () => {
  await platform.api('PUT', 'actions/tools/seq', { exec: { kind: 'sequence', components: ['/_/bound/echo'] } });
  const { json } = await platform.api('POST', 'actions/bound/seq?blocking=true', { d: 'call' });
  expect(json.response.result).toMatchObject({ b: 'binding', d: 'call' });
  expect([annotation(json, 'path'), annotation(json, 'binding')]).toEqual(['guest/tools/seq', 'guest/bound']);
  const component = await platform.record(json.logs[0]);
  expect(component.annotations.map(({ key }: Json) => key).slice(0, 3)).toEqual(['causedBy', 'binding', 'path']);
  await platform.api('DELETE', 'actions/tools/seq');
});

test('what cannot be bound, and changes by a binding, are refused in the real words', async () => {
  await platform.api('PUT', 'actions/single', source('nodejs:default', 'function main() {}'));
  const refused: [Promise<Answer>, number, string][] = [
    [
      bind('b1', { binding: { namespace: '_', name: 'nosuch' } }),
      400,
      'Binding references a package that does not exist.',
    ],
    [bind('b2', { binding: { namespace: '_', name: 'bound' } }), 400, 'Cannot bind to another package binding.'],
    [
      bind('b3', { binding: { namespace: '_', name: 'single' } }),
      409,
      'Cannot bind to a resource that is not a package.',
    ],
    [
      bind('b4', { binding: { namespace: 'whisk.system', name: 'utils' } }),
      403,
      "The supplied authentication is not authorized to access 'whisk.system/utils'.",
    ],
    [
      bind('tools?overwrite=true', { binding: BINDING }),
      409,
      'Resource is a package and cannot be converted into a binding.',
    ],
    [bind('default', {}), 400, "Package name 'default' is reserved."],
    [
      platform.api('PUT', 'actions/bound/echo?overwrite=true', source('nodejs:default', 'x')),
      400,
      'Operation not permitted on package binding.',
    ],
    [platform.api('DELETE', 'actions/bound/echo'), 400, 'Operation not permitted on package binding.'],
    [platform.api('GET', 'actions/bound/nosuch'), 404, 'The requested resource does not exist.'],
  ];
  for (const [asked, status, sentence] of refused) {
    const answer = await asked;
    expect([answer.status, answer.json.error]).toEqual([status, sentence]);
  }
});

test('a change of a binding keeps what it does not name; its end leaves the package as it was', async () => {
  const changed = await platform.api('PUT', 'packages/bound?overwrite=true', { annotations: [{ key: 'x', value: 1 }] });
  expect(changed.json).toMatchObject({
    binding: BINDING,
    version: '0.0.2',
    parameters: [{ key: 'b', value: 'binding' }],
  });
  expect(changed.json.annotations).toEqual([
    { key: 'x', value: 1 },
    { key: 'binding', value: BINDING },
  ]);
  expect((await platform.api('DELETE', 'packages/bound')).status).toBe(200);
  expect((await platform.api('GET', 'actions/tools/echo')).status).toBe(200);
  expect((await platform.api('POST', 'actions/bound/echo')).status).toBe(404);
});
