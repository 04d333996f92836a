import { afterAll, beforeAll, expect, test } from 'vitest';
import { source } from '../../platform-fixture.js';
import { startLambda, type LambdaPlatform } from './lambda-fixture.js';

/** OpenWhisk's limits are of OpenWhisk: Lambda has its own. */
let platform: LambdaPlatform;
beforeAll(async () => {
  platform = await startLambda({ limits: { invocations_per_minute: 2, concurrent_invocations: 1 } });
});
afterAll(() => platform.stop());

test("OpenWhisk's limits refuse none of Lambda's calls, and these count nothing of OpenWhisk's", async () => {
  const code = 'exports.handler = async () => { await new Promise((go) => setTimeout(go, 100)); return 1; };';
  const name = await platform.create({ 'index.js': code });
  // three at a time, six in the minute
  for (let round = 0; round < 2; round += 1) {
    const called = await Promise.all([platform.call(name), platform.call(name), platform.call(name)]);
    expect(called.map(({ payload }) => payload)).toEqual([1, 1, 1]);
  }
  await platform.api('PUT', 'actions/one', source('nodejs:default', 'function main() { return {}; }'));
  const statuses: number[] = [];
  // At the turn of a minute the count begins again: of five calls in a row it meets one at most, and two minutes allow four.
  for (let n = 0; n < 5; n += 1) statuses.push((await platform.api('POST', 'actions/one?blocking=true')).status);
  expect(statuses.slice(0, 2)).toEqual([200, 200]);
  expect(statuses).toContain(429);
});
