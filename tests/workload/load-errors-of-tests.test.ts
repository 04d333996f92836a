import { describe, expect, test } from 'vitest';
import { config, faults, instance, request } from './loading.js';

const generic = (replaced: Record<string, unknown>): Record<string, unknown> =>
  config({ endpoint: 'generic', instances: { a: request(replaced) } });

describe('what is wrong with a test as a whole is told in one line', () => {
  test.each([
    ['an instance that is none', config({ instances: { a: 5 } }), 'instances.a: must be an object, got 5'],
    [
      'a name with a slash',
      config({ test_name: 'a/b' }),
      'test_name: must hold no slash, backslash or NUL and must not begin with a dot (any other character may stand in it), got "a/b"',
    ],
    [
      'a hidden name',
      config({ test_name: '.a' }),
      'test_name: must hold no slash, backslash or NUL and must not begin with a dot (any other character may stand in it), got ".a"',
    ],
    ['a long name', config({ test_name: 'ä'.repeat(51) }), 'test_name: must have at most 100 bytes, got 102'],
    ['no name', config({ test_name: undefined }), 'test_name: is missing; must be a name'],
    [
      'two durations',
      config({ test_duration_inseconds: 15 }),
      'test_duration_in_seconds: is 20, but test_duration_inseconds is 15; leave one of the two out',
    ],
    [
      'no duration',
      config({ test_duration_in_seconds: undefined }),
      'test_duration_in_seconds: is missing; must be a number of seconds > 0 and ≤ 100000000',
    ],
    [
      'a duration of 0',
      config({ test_duration_in_seconds: 0 }),
      'test_duration_in_seconds: must be a number of seconds > 0 and ≤ 100000000, got 0',
    ],
    [
      'a seed too large',
      config({ random_seed: 2 ** 32 }),
      'random_seed: must be a whole number from 0 to 4294967295, or null, got 4294967296',
    ],
    ['no blocking_cli', config({ blocking_cli: undefined }), 'blocking_cli: is missing; must be true or false'],
    [
      'an unknown endpoint',
      config({ endpoint: 'lamda' }),
      'endpoint: must be one of "local_openwhisk", "embedded", "generic", "lambda", "wsk", got "lamda"; did you mean "lambda"?',
    ],
    [
      'limits of nothing',
      config({ limits: { max_in_flight: 0 } }),
      'limits.max_in_flight: must be a whole number from 1 to 1000000, got 0',
    ],
    ['limits that are none', config({ limits: 5 }), 'limits: must be an object, got 5'],
    [
      'nothing to do',
      config({ instances: { a: instance({ rate: 0 }) } }),
      'instances: nothing would be invoked: no arrival falls into the test; raise a rate or the duration, or set perf_monitoring to measure an idle baseline',
    ],
    [
      'no instance',
      config({ instances: {} }),
      'instances: nothing would be invoked: no arrival falls into the test; raise a rate or the duration, or set perf_monitoring to measure an idle baseline',
    ],
    [
      'no URL',
      generic({ url: undefined }),
      'instances.a.url: is missing; a generic endpoint needs an http or https URL',
    ],
    ['another scheme', generic({ url: 'ftp://x/' }), 'instances.a.url: must be an http or https URL'],
    [
      'a method that is none',
      generic({ method: 'GET /' }),
      'instances.a.method: must be an HTTP method such as "POST"',
    ],
    [
      'a file for Lambda',
      config({ endpoint: 'lambda', instances: { a: instance({ data_file: 'x' }) } }),
      'instances.a.data_file: goes to web actions and generic endpoints only; with endpoint "lambda" use param_file',
    ],
    [
      'a file for wsk',
      config({ endpoint: 'wsk', instances: { a: instance({ data_file: 'x' }) } }),
      'instances.a.data_file: the wsk CLI cannot send a binary body; use endpoint "local_openwhisk", which posts it to the web action, or param_file',
    ],
    [
      'no process for wsk',
      config({ endpoint: { kind: 'wsk', max_processes: 0 } }),
      'endpoint.max_processes: must be a whole number from 1 to 10000, got 0',
    ],
    [
      'a method that is no request to an endpoint',
      generic({ method: 'connect' }),
      'instances.a.method: CONNECT asks a proxy for a tunnel; an invocation is another method, such as "POST"',
    ],
    [
      'an unknown metric',
      config({ thresholds: { 'respons_ms.p99': '< 5' } }),
      'thresholds["respons_ms.p99"]: unknown metric; did you mean "response_ms"?',
    ],
    ['no object', [1], 'must be an object: a workload config, got [1]'],
  ])('%s', async (_, wrong, line) => {
    expect(await faults(wrong)).toEqual([`a.json: ${line}`]);
  });
});
