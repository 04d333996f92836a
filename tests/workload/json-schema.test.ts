import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { configJsonSchema, pricesJsonSchema } from '../../workload/json-schema.js';

/** Written anew by `UPDATE_GOLDEN=1 npx vitest run tests/workload/json-schema.test.ts`. */
const FILE = join(packageRoot, 'configs', 'schema.json');
const PRICES_FILE = join(packageRoot, 'configs', 'prices', 'schema.json');
if (process.env['UPDATE_GOLDEN'] === '1') {
  writeFileSync(FILE, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  writeFileSync(PRICES_FILE, `${JSON.stringify(pricesJsonSchema(), null, 2)}\n`);
}

test('configs/schema.json is what the schema in the code generates', () => {
  expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(configJsonSchema());
});

test('configs/prices/schema.json is what the schema of tables of prices generates, and refuses unknown keys', () => {
  expect(JSON.parse(readFileSync(PRICES_FILE, 'utf8'))).toEqual(pricesJsonSchema());
  expect(pricesJsonSchema()).toMatchObject({ additionalProperties: false });
});

test('it knows every key of FaaSProfiler and of the contract', () => {
  const text = readFileSync(FILE, 'utf8');
  const keys = `
    test_name test_duration_in_seconds test_duration_inseconds random_seed blocking_cli endpoint
    instances perf_monitoring runtime_script post_script application distribution rate
    interarrivals_list activity_window param_file data_file url data headers content_type limits
    max_in_flight timeout_ms lateness_budget_ms response_body_bytes thresholds cv states trace steps
    ramp sinusoid mean amplitude period_s format file kind api_host namespace insecure region
    endpoint_url invocation_type qualifier max_processes`;
  for (const key of keys.trim().split(/\s+/)) expect(text, key).toContain(`"${key}": {`);
});
