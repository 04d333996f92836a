import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { source, startTestPlatform, type TestPlatform } from './platform-fixture.js';
import { expectAlike, recorded } from './recorded.js';

/** Rate limits, when its config sets them. */
let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform([], { limits: { invocations_per_minute: 1_000, concurrent_invocations: 2 } });
  const code = 'function main() { return new Promise((r) => setTimeout(r, 400, {})); }';
  await platform.api('PUT', 'actions/nap', source('nodejs:default', code));
});
afterAll(() => platform.stop());

test('what is in flight beyond the limit is refused as the real platform refuses it, and leaves no record', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => platform.api('POST', 'actions/nap?blocking=true')));
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 429, 429, 429]);
  const real = recorded('openwhisk/responses/40-429-rate.txt').find(({ status }) => status === 429)!;
  for (const answer of refused) {
    expectAlike(answer, real);
    expect(answer.json.error).toBe('Too many concurrent requests in flight (count: 2, allowed: 2).');
  }
  const after = await platform.api('POST', 'actions/nap?blocking=true');
  await platform.record(after.json.activationId);
  expect((await platform.api('GET', 'activations?count=true')).json).toEqual({ activations: 3 });
});

test('the limits are told to whoever asks before a test', async () => {
  const { json } = await platform.api('GET', 'limits');
  expect(json).toMatchObject({ invocationsPerMinute: 1_000, concurrentInvocations: 2 });
  const root = await platform.open('GET', '/');
  expect(root.json.limits).toMatchObject({ actions_per_minute: 1_000, concurrent_actions: 2 });
  expect(readFileSync('tests/fixtures/openwhisk/responses/51-limits.txt', 'utf8')).toContain(
    '"invocationsPerMinute":60',
  );
});
