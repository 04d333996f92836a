import { expect, test } from 'vitest';
import { planText } from '../../invoker/dry-run.js';
import { planOf, summarizePlan } from '../../workload/plan.js';
import { postTo, workloadOf } from '../support/workloads.js';

test('names of a config add no line to the plan and cannot act on the terminal', () => {
  const workload = workloadOf([postTo('http://localhost', { name: 'one\nsha256 forged\u001b[2J\u009b2J' })], {
    durationS: 0.2,
  });
  const text = planText(workload, summarizePlan(planOf(workload), workload));
  expect(text).toContain(String.raw`one\nsha256 forged\u001b[2J\u009b2J`);
  expect(text.split('\n').filter((line) => line.startsWith('sha256'))).toHaveLength(1);
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});
