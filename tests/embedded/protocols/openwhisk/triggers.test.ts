import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { source, startTestPlatform, type Answer, type Json, type TestPlatform } from '../../platform-fixture.js';
import { expectLikeOpenwhisk, shapeOf } from '../../recorded.js';

/** Triggers and the rules by which they invoke actions. */
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
  await platform.api('PUT', 'actions/hello', source('nodejs:default', 'function main(p) { return { got: p }; }'));
});
afterAll(() => platform.stop());

function rule(name: string, trigger: string, action: string, query = ''): Promise<Answer> {
  return platform.api('PUT', `rules/${name}${query}`, { trigger: `/_/${trigger}`, action: `/_/${action}` });
}

function results(record: Json): Json[] {
  return record.logs.map((line: string) => JSON.parse(line));
}

test('a trigger invokes the action of its rule, and is answered and recorded as by the real system', async () => {
  await platform.api('PUT', 'triggers/tr', { parameters: [{ key: 'from', value: 'trigger' }] });
  await rule('ru', 'tr', 'hello');
  const { json } = await expectLikeOpenwhisk('62-trigger-fire', platform.api('POST', 'triggers/tr', { name: 't' }));
  const stored = await platform.record(json.activationId);
  await expectLikeOpenwhisk('63-trigger-activation', platform.api('GET', `activations/${json.activationId}`));
  const [result] = results(stored);
  expect(stored.logs[0]).toBe(
    `{"statusCode":0,"success":true,"activationId":"${result.activationId}","rule":"guest/ru","action":"guest/hello"}`,
  );
  expect(stored.response.result).toEqual({ name: 't' });
  // the action gets the trigger's parameters, too
  expect((await platform.record(result.activationId)).response.result).toEqual({ got: { from: 'trigger', name: 't' } });
  const document = await platform.couch('GET', `/guest%2F${json.activationId}`);
  const real: unknown = JSON.parse(
    readFileSync('tests/fixtures/openwhisk/responses/67-couchdb-doc-trigger.json', 'utf8'),
  );
  expect(shapeOf(document.json)).toEqual(shapeOf(real));
  expect(document.json.end).toBe(0);
  // in a list it has no end, duration and status
  const [row] = (await platform.api('GET', 'activations?name=tr')).json;
  expect(Object.keys(row)).toEqual(['activationId', 'annotations', 'name', 'namespace', 'publish', 'start', 'version']);
});

test('without an active rule nothing happens, and nothing is recorded', async () => {
  await platform.api('PUT', 'triggers/alone', {});
  const fired = await platform.api('POST', 'triggers/alone', {});
  expect([fired.status, fired.text]).toEqual([204, '']);
  await rule('off', 'alone', 'hello');
  expect((await platform.api('POST', 'rules/off', { status: 'inactive' })).text).toBe('OK');
  expect((await platform.api('GET', 'rules/off')).json.status).toBe('inactive');
  expect((await platform.api('POST', 'triggers/alone', {})).status).toBe(204);
  expect((await platform.api('GET', 'activations?name=alone')).json).toEqual([]);
});

test('the record tells of each rule what came of it: one is inactive, the action of another is gone', async () => {
  await platform.api('PUT', 'triggers/three', {});
  await platform.api('PUT', 'actions/brief', source('nodejs:default', 'function main() { return {}; }'));
  await rule('r1', 'three', 'hello');
  await rule('r2', 'three', 'hello');
  await rule('r3', 'three', 'brief');
  await platform.api('POST', 'rules/r2', { status: 'inactive' });
  await platform.api('DELETE', 'actions/brief');
  const { json } = await platform.api('POST', 'triggers/three', {});
  const stored = await platform.record(json.activationId);
  const byRule = Object.fromEntries(results(stored).map((result) => [result.rule, result]));
  expect(byRule['guest/r1']).toMatchObject({ success: true, statusCode: 0 });
  expect(byRule['guest/r2']).toEqual({
    statusCode: 1,
    success: false,
    rule: 'guest/r2',
    error: "Rule 'guest/r2' is inactive, action 'guest/hello' was not activated.",
    action: 'guest/hello',
  });
  expect(byRule['guest/r3']).toMatchObject({ statusCode: 1, error: 'The requested resource does not exist.' });
});

test('triggers and rules are shown, listed, changed and deleted', async () => {
  const trigger = await platform.api('PUT', 'triggers/seen', { annotations: [{ key: 'a', value: 1 }] });
  expect(Object.keys(trigger.json)).toEqual([
    'annotations',
    'limits',
    'name',
    'namespace',
    'parameters',
    'publish',
    'updated',
    'version',
  ]);
  await platform.api('PUT', 'packages/pkg', {});
  await platform.api('PUT', 'actions/pkg/hello', source('nodejs:default', 'function main() { return {}; }'));
  const made = await rule('seen-rule', 'seen', 'pkg/hello');
  expect(made.json).toMatchObject({
    action: { name: 'hello', path: 'guest/pkg' },
    trigger: { name: 'seen', path: 'guest' },
    status: 'active',
    version: '0.0.1',
  });
  expect((await platform.api('GET', 'triggers/seen')).json.rules).toEqual({
    'guest/seen-rule': { action: { name: 'hello', path: 'guest/pkg' }, status: 'active' },
  });
  expect((await rule('seen-rule', 'seen', 'hello')).status).toBe(409);
  expect((await rule('seen-rule', 'seen', 'hello', '?overwrite=true')).json).toMatchObject({
    action: { name: 'hello', path: 'guest' },
    version: '0.0.2',
  });
  const [listed] = (await platform.api('GET', 'rules?limit=1')).json;
  expect([listed.name, listed.status]).toEqual(['seen-rule', undefined]);
  expect((await platform.api('GET', 'rules?count=true')).json.rules).toBeGreaterThan(0);
  expect((await platform.api('GET', 'triggers?limit=1')).json[0].name).toBe('seen');
  expect((await platform.api('DELETE', 'rules/seen-rule')).json.status).toBe('inactive');
  expect((await platform.api('GET', 'triggers/seen')).json.rules).toBe(undefined);
});

test('a trigger that comes back has its rules, inactive', async () => {
  await platform.api('PUT', 'triggers/back', {});
  await rule('back-rule', 'back', 'hello');
  await platform.api('DELETE', 'triggers/back');
  expect((await platform.api('POST', 'triggers/back', {})).status).toBe(404);
  const early = await platform.api('POST', 'rules/back-rule', { status: 'active' });
  expect([early.status, early.json.error]).toEqual([404, 'Only rules with existing triggers can be activated']);
  await platform.api('PUT', 'triggers/back', {});
  expect((await platform.api('POST', 'triggers/back', {})).status).toBe(204);
  await platform.api('POST', 'rules/back-rule', { status: 'active' });
  expect((await platform.api('POST', 'triggers/back', {})).status).toBe(202);
});

test('rules without a trigger or an action, and states that are none, are refused in the real words', async () => {
  await platform.api('PUT', 'triggers/there', {});
  const refused: [Promise<Answer>, string][] = [
    [rule('odd', 'nosuch', 'hello'), 'trigger /guest/nosuch does not exist'],
    [rule('odd', 'there', 'pkg2/nosuch'), 'action /guest/pkg2/nosuch does not exist'],
    [platform.api('PUT', 'rules/odd', { trigger: '/_/there' }), 'rule requires a valid trigger and a valid action'],
  ];
  for (const [asked, sentence] of refused) {
    const { status, json } = await asked;
    expect([status, json.error]).toEqual([400, sentence]);
  }
  await rule('fine', 'there', 'hello');
  const state = await platform.api('POST', 'rules/fine', { status: 'changing' });
  expect([state.status, state.json.error]).toEqual([
    400,
    'The request content was malformed:\nrequirement failed: changing is not a recognized rule state',
  ]);
});

test('fires have a limit of their own', async () => {
  const limited = await startTestPlatform([], { limits: { invocations_per_minute: 1 } });
  try {
    // a minute may begin between two of them, but not before each of three
    await limited.api('PUT', 'triggers/tr', {});
    const statuses: number[] = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await limited.api('POST', 'triggers/tr', {})).status);
    expect(statuses[0]).toBe(204);
    expect(statuses).toContain(429);
  } finally {
    await limited.stop();
  }
});

test('sequences, bindings, triggers and rules survive a restart, and a running sequence is recorded before it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-test-'));
  try {
    const first = await startTestPlatform(['--state', folder]);
    await first.api('PUT', 'packages/pkg', { parameters: [{ key: 'a', value: 1 }] });
    await first.api(
      'PUT',
      'actions/pkg/slow',
      source('nodejs:default', 'function main() { return new Promise(() => setInterval(() => 0, 1000)); }'),
    );
    await first.api('PUT', 'packages/bound', { binding: { namespace: '_', name: 'pkg' } });
    await first.api('PUT', 'actions/seq', {
      exec: { kind: 'sequence', components: ['/_/bound/slow', '/_/bound/slow'] },
    });
    await first.api('PUT', 'triggers/tr', {});
    await first.api('PUT', 'rules/ru', { trigger: '/_/tr', action: '/_/seq' });
    const { json } = await first.api('POST', 'actions/seq', {});
    await first.stop();
    const second = await startTestPlatform(['--state', folder]);
    try {
      const record = await second.record(json.activationId);
      expect([record.annotations[0], record.response.success]).toEqual([{ key: 'topmost', value: true }, false]);
      expect(record.logs).toHaveLength(1);
      expect((await second.api('GET', 'packages/bound')).json.parameters).toEqual([{ key: 'a', value: 1 }]);
      expect((await second.api('GET', 'triggers/tr')).json.rules).toEqual({
        'guest/ru': { action: { name: 'seq', path: 'guest' }, status: 'active' },
      });
      await second.api(
        'PUT',
        'actions/pkg/slow?overwrite=true',
        source('nodejs:default', 'function main(p) { return p; }'),
      );
      const answer = await second.api('POST', 'actions/seq?blocking=true&result=true', { b: 2 });
      expect(answer.json).toEqual({ a: 1, b: 2 });
    } finally {
      await second.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
