import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, functionOn, startTestPlatform, type TestPlatform } from '../platform-fixture.js';
import { expectAlike, recorded } from '../recorded.js';

/** A function with one instance, for which one more may wait. */
let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform([], { pool: { max_instances_per_function: 1, queue_limit: 2 } });
});
afterAll(() => platform.stop());

test('beyond its instances a function waits, beyond the queue it is refused in the real words, and others go on', async () => {
  const call = await functionOn(
    platform,
    'nodejs:default',
    'function main() { return new Promise((go) => setTimeout(go, 300, { pid: process.pid })); }',
  );
  const invoke = () => platform.api('POST', `actions/${call.action}?blocking=true`);
  const answers = await Promise.all([1, 2, 3, 4, 5].map(invoke));
  // one is executed, two wait, two are refused
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
  const served = answers.slice(0, 3).map(({ json }) => json);
  expect(new Set(served.map(({ response }) => response.result.pid)).size).toBe(1);
  // one after the other, in the order in which they came
  const [first, second, third] = served;
  expect(second.start).toBeGreaterThanOrEqual(first.end);
  expect(third.start).toBeGreaterThanOrEqual(second.end);
  const real = recorded('openwhisk/responses/40-429-rate.txt').find(({ status }) => status === 429)!;
  expectAlike(answers[4]!, real);
  expect(answers[4]!.json.error).toBe('Too many concurrent requests in flight (count: 2, allowed: 2).');
  // what was refused has no record
  for (const { activationId } of served) await platform.record(activationId);
  const count = await eventually(async () => (await platform.api('GET', 'activations?count=true')).json.activations);
  expect(count).toBe(3);
});
