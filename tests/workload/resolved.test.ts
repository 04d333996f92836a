import { expect, test } from 'vitest';
import { config, load } from './loading.js';

test('the resolved config has every default filled in', async () => {
  const { resolved } = (await load(config())).source;
  expect(resolved).toEqual({
    test_name: 'sample',
    test_duration_in_seconds: 20,
    random_seed: 100,
    blocking_cli: true,
    endpoint: { kind: 'local_openwhisk' },
    instances: { instance1: { application: 'hello', distribution: 'Poisson', rate: 5, activity_window: null } },
    perf_monitoring: { runtime_script: null, post_script: null, sampler: false, hosts: [], kubernetes: null },
    limits: { max_in_flight: 10_000, timeout_ms: 70_000, lateness_budget_ms: 10, response_body_bytes: 4096 },
    thresholds: {},
  });
});
