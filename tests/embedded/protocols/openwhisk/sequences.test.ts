import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  annotation,
  source,
  startTestPlatform,
  type Answer,
  type Json,
  type TestPlatform,
} from '../../platform-fixture.js';
import { expectLikeOpenwhisk, shapeOf } from '../../recorded.js';

/** Sequences: their records, and those of their components, against the ones that the real system wrote. */
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
  const actions: Record<string, [string, object?]> = {
    hello: ['function main(p) { console.log("hi"); return { greeting: "Hello " + p.name }; }'],
    nolog: ['function main() { return { ok: true }; }', { memory: 512 }],
    add: ['function main({ n = 0, by = 1, ...rest }) { return { n: n + by }; }'],
    fails: ['function main(p) { return { error: "no", n: p.n }; }'],
    throws: ['function main() { throw new Error("boom"); }'],
    list: ['function main() { return [1, 2]; }'],
    tell: ['function main(p) { return { got: p }; }'],
    slow: ['function main() { return new Promise((r) => setTimeout(r, 300, { n: 7 })); }'],
  };
  for (const [name, [code, limits]] of Object.entries(actions)) {
    const body = {
      ...source('nodejs:default', code, limits),
      parameters: name === 'add' ? [{ key: 'by', value: 10 }] : [],
    };
    expect((await platform.api('PUT', `actions/${name}`, body)).status).toBe(200);
  }
});
afterAll(() => platform.stop());

function put(name: string, ...components: string[]): Promise<Answer> {
  return platform.api('PUT', `actions/${name}?overwrite=true`, {
    exec: { kind: 'sequence', components: components.map((component) => `/_/${component}`) },
  });
}

async function call(name: string, parameters: object = {}): Promise<Answer> {
  return platform.api('POST', `actions/${name}?blocking=true`, parameters);
}

function recordedJson(file: string): Json {
  return JSON.parse(readFileSync(`tests/fixtures/openwhisk/responses/${file}`, 'utf8'));
}

test('a sequence is answered, recorded and stored as by the real system', async () => {
  await put('seq', 'hello', 'nolog');
  const answer = await expectLikeOpenwhisk('61-sequence', call('seq', { name: 'q' }));
  const { json } = answer;
  const [first, second] = await Promise.all(json.logs.map((id: string) => platform.record(id)));
  expect(json.response).toEqual({ result: { ok: true }, size: 11, status: 'success', success: true });
  // its duration is what its components took, not what passed between its start and its end
  expect(json.duration).toBe(first.duration + second.duration);
  expect(json.end - json.start).toBeGreaterThanOrEqual(json.duration);
  // and its memory the largest limit among them: 256 and 512
  expect(annotation(json, 'limits')).toEqual({ concurrency: 1, logs: 10, memory: 512, timeout: 60_000 });
  expect(annotation(json, 'waitTime')).toBeGreaterThanOrEqual(0);
  expect(await platform.record(json.activationId)).toEqual(json);
  expect(first.logs[0]).toMatch(/Z hi$/);

  const document = await platform.couch('GET', `/guest%2F${json.activationId}`);
  expect(shapeOf(document.json)).toEqual(shapeOf(recordedJson('66-couchdb-doc-sequence.json')));
  const list = await platform.api('GET', 'activations?name=seq');
  // a row of a list tells the time from start to end
  expect(list.json).toMatchObject([{ duration: json.end - json.start, statusCode: 0, name: 'seq' }]);
});

test('a component says which sequence caused it, and is otherwise an activation like any', async () => {
  await put('seq', 'hello', 'nolog');
  const { json } = await call('seq', { name: 'q' });
  const component = json.logs[0];
  await platform.record(component);
  const warm = await platform.api('GET', `activations/${component}`);
  const [real] = [
    JSON.parse(
      readFileSync('tests/fixtures/openwhisk/responses/64-sequence-component.txt', 'utf8')
        .split(/\r?\n\r?\n/)
        .at(-1)!,
    ),
  ];
  const withoutInit = {
    ...real,
    annotations: real.annotations.filter(({ key }: { key: string }) => key !== 'initTime'),
  };
  expect([shapeOf(real), shapeOf(withoutInit)]).toContainEqual(shapeOf(warm.json));
  expect(warm.json.cause).toBe(json.activationId);
  expect(annotation(warm.json, 'causedBy')).toBe('sequence');
});

test('each result is the parameters of the next action, over those that it has itself', async () => {
  await put('sum', 'add', 'add', 'add');
  // n starts as given, and each adds its own 10: 5 + 10 + 10 + 10
  expect((await call('sum', { n: 5 })).json.response.result).toEqual({ n: 35 });
  const resultOnly = await platform.api('POST', 'actions/sum?blocking=true&result=true', { n: 5 });
  expect(resultOnly.text).toBe('{"n":35}');
  await put('lists', 'list', 'tell');
  expect((await call('lists')).json.response.result).toEqual({ got: [1, 2] });
});

test.each([
  ['fails', 1, 'application error', { error: 'no', n: 11 }],
  ['throws', 2, 'action developer error', { error: 'An error has occurred: Error: boom' }],
])('an error of a component (%s) ends the sequence and is its result', async (name, _status, status, result) => {
  await put('broken', 'add', name, 'add');
  const { json, status: code } = await call('broken', { n: 1 });
  expect([code, json.response.status, json.response.success]).toEqual([502, status, false]);
  expect(json.response.result).toMatchObject(name === 'fails' ? result : { error: expect.stringContaining('boom') });
  expect(json.logs).toHaveLength(2);
});

test('a call with an error among its parameters is executed: only results end a sequence', async () => {
  await put('sum', 'add', 'add');
  expect((await call('sum', { error: 'given', n: 1 })).json.response.result).toEqual({ n: 21 });
});

test('a sequence in a sequence has a record of its own, caused by the outer one', async () => {
  await put('inner', 'add', 'add');
  await put('outer', 'add', 'inner', 'add');
  const { json } = await call('outer', { n: 0 });
  expect(json.response.result).toEqual({ n: 40 });
  const components = await Promise.all(json.logs.map((id: string) => platform.record(id)));
  expect(components.map(({ name }: Json) => name)).toEqual(['add', 'inner', 'add']);
  const inner = components[1];
  expect(inner.cause).toBe(json.activationId);
  expect(inner.annotations.map(({ key }: Json) => key)).toEqual([
    'causedBy',
    'topmost',
    'path',
    'waitTime',
    'kind',
    'limits',
  ]);
  expect(annotation(inner, 'topmost')).toBe(false);
  expect(annotation(json, 'topmost')).toBe(true);
  const atoms = await Promise.all(inner.logs.map((id: string) => platform.record(id)));
  expect(atoms.map(({ cause }: Json) => cause)).toEqual([inner.activationId, inner.activationId]);
  expect(inner.duration).toBe(atoms[0].duration + atoms[1].duration);
  expect(json.duration).toBe(components.reduce((sum: number, { duration }: Json) => sum + duration, 0));
});

test('without waiting, and when waiting was too long, a sequence is answered with its id and goes on', async () => {
  await put('late', 'slow', 'add');
  for (const [query, least] of [['', 202] as const, ['?blocking=true&timeout=20', 202] as const]) {
    const { json, status } = await platform.api('POST', `actions/late${query}`);
    expect([status, Object.keys(json)]).toEqual([least, ['activationId']]);
    expect((await platform.record(json.activationId)).response.result).toEqual({ n: 17 });
  }
});

test('a sequence is shown with its components as its only parameter', async () => {
  const { json } = await put('shown', 'hello', 'nolog');
  const components = ['/guest/hello', '/guest/nolog'];
  expect(json.exec).toEqual({ kind: 'sequence', components });
  expect(json.parameters).toEqual([{ key: '_actions', value: components }]);
  expect(annotation(json, 'exec')).toBe('sequence');
  const got = await platform.api('GET', 'actions/shown?code=false');
  expect(got.json).toEqual(json);
  const [row] = (await platform.api('GET', 'actions?limit=1')).json;
  expect([row.name, row.exec]).toEqual(['shown', { binary: false }]);
  // an action that was a sequence does not keep that parameter
  const now = await platform.api('PUT', 'actions/shown?overwrite=true', source('nodejs:default', 'function main() {}'));
  expect([now.json.parameters, now.json.version]).toEqual([[], '0.0.2']);
});

test('sequences that could not be executed are refused in the real words', async () => {
  await put('inner', 'hello');
  await put('outer', 'inner', 'hello');
  await put('long', ...Array.from({ length: 50 }, () => 'hello'));
  const refused: [Promise<Answer>, string][] = [
    [put('none'), 'No component specified for the sequence.'],
    [put('missing', 'hello', 'nosuch'), 'Sequence component does not exist.'],
    [put('missing', 'hello', 'nopackage/nosuch'), 'Sequence component does not exist.'],
    [put('inner', 'hello', 'outer'), 'Sequence may not refer to itself.'],
    [put('inner', 'inner'), 'Sequence may not refer to itself.'],
    [put('longer', ...Array.from({ length: 51 }, () => 'hello')), 'Too many actions in the sequence.'],
    [put('longer', 'long', 'hello'), 'Too many actions in the sequence.'],
    [
      platform.api('PUT', 'actions/odd', { exec: { kind: 'sequence' } }),
      "The request content was malformed:\n'components' must be defined for sequence kind",
    ],
    [
      platform.api('PUT', 'actions/odd', { exec: { kind: 'sequence', components: 'hello' } }),
      "The request content was malformed:\n'components' must be an array",
    ],
    [
      platform.api('PUT', 'actions/odd', { exec: { kind: 'sequence', components: ['hello'] } }),
      'The request content was malformed:\nThe fully qualified name of the entity must contain at least the namespace and the name of the entity.',
    ],
  ];
  for (const [asked, sentence] of refused) {
    const { status, json } = await asked;
    expect([status, json.error]).toEqual([400, sentence]);
  }
  const other = await platform.api('PUT', 'actions/odd', {
    exec: { kind: 'sequence', components: ['/whisk.system/utils/echo'] },
  });
  expect(other.status).toBe(403);
});

test('components that are gone, or too many since one of them was changed, end a sequence with an error', async () => {
  await platform.api('PUT', 'actions/brief', source('nodejs:default', 'function main() { return {}; }'));
  await put('brittle', 'add', 'brief', 'add');
  await platform.api('DELETE', 'actions/brief');
  const gone = await call('brittle', { n: 1 });
  expect([gone.status, gone.json.response]).toEqual([
    502,
    { result: { error: 'Sequence component does not exist.' }, status: 'application error', success: false },
  ]);
  expect(gone.json.logs).toHaveLength(1);
  await platform.api('DELETE', 'actions/add');
  const none = await call('brittle', { n: 1 });
  // without an execution there is no memory limit to tell
  expect([none.json.logs, none.json.duration, annotation(none.json, 'limits')]).toEqual([[], 0, undefined]);
  const body = { ...source('nodejs:default', 'function main({ n = 0 }) { return { n: n + 10 }; }') };
  await platform.api('PUT', 'actions/add', body);
  await put('part', 'add');
  await put('grown', ...Array.from({ length: 25 }, () => 'part'));
  await put('part', 'add', 'add', 'add');
  const grown = await call('grown', { n: 0 });
  // sixteen times three are executed, then two of the next three
  expect(grown.json.response.result).toEqual({ error: 'Too many actions in the sequence.' });
  expect(grown.json.logs).toHaveLength(17);
  const last = await platform.record(grown.json.logs[16]);
  expect(last.logs).toHaveLength(2);
});

test('a sequence counts once against the rate, and its components as in flight', async () => {
  const limited = await startTestPlatform([], { limits: { invocations_per_minute: 1_000, concurrent_invocations: 1 } });
  try {
    const nap = 'function main() { return new Promise((r) => setTimeout(r, 300, {})); }';
    await limited.api('PUT', 'actions/nap', source('nodejs:default', nap));
    await limited.api('PUT', 'actions/naps', { exec: { kind: 'sequence', components: ['/_/nap', '/_/nap'] } });
    const sequence = limited.api('POST', 'actions/naps?blocking=true');
    const id = (await limited.api('POST', 'actions/naps')).json;
    // Whichever came second found the first one's component in flight.
    const answers = [await sequence, { json: id }].map(({ json }) => json.error);
    expect(answers).toContain('Too many concurrent requests in flight (count: 1, allowed: 1).');
    expect(answers).toContain(undefined);
  } finally {
    await limited.stop();
  }
});
