import { expect, test } from 'vitest';
import { callBudget } from '../../../platforms/lambda/call-budget.js';

test('calls at once are made one after the other, none earlier than the budget allows', async () => {
  const mayCall = callBudget(100);
  const began = performance.now();
  const times = await Promise.all(
    Array.from({ length: 6 }, async () => {
      await mayCall();
      return performance.now() - began;
    }),
  );
  // At 100 a second the n-th is due 10·n ms after the first.
  for (const [n, ms] of times.entries()) expect(ms).toBeGreaterThanOrEqual(10 * n);
});
