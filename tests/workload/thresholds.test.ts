import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../common/errors.js';
import { parseThresholds } from '../../workload/thresholds.js';

test('conditions are read for all invocations, and for one instance where they are nested under its name', () => {
  const thresholds = {
    'response_ms.p99': '< 500',
    error_rate: '<=0.01',
    'wait_ms.mean': ' > 1e-3 ',
    instance1: { 'response_ms.p99.9': '< 2000', cold_share: '>= .5' },
  };
  expect(parseThresholds(thresholds, ['instance1', 'instance2'])).toEqual([
    { scope: null, metric: 'response_ms', statistic: 'p99', comparison: '<', limit: 500 },
    { scope: null, metric: 'error_rate', statistic: null, comparison: '<=', limit: 0.01 },
    { scope: null, metric: 'wait_ms', statistic: 'mean', comparison: '>', limit: 0.001 },
    { scope: 'instance1', metric: 'response_ms', statistic: 'p99.9', comparison: '<', limit: 2000 },
    { scope: 'instance1', metric: 'cold_share', statistic: null, comparison: '>=', limit: 0.5 },
  ]);
});

test('an instance may be named like a metric: what is nested is an instance', () => {
  expect(parseThresholds({ error_rate: { error_rate: '< 1' } }, ['error_rate'])[0]!.scope).toBe('error_rate');
});

describe('a condition that says nothing is an error of the config', () => {
  test.each([
    [{ 'respons_ms.p99': '< 1' }, 'unknown metric; did you mean "response_ms"?'],
    [{ happiness: '> 1' }, 'unknown metric; must be one of response_ms, service_ms'],
    [{ response_ms: '< 1' }, 'must say which statistic: response_ms.mean'],
    [{ 'response_ms.p101': '< 1' }, 'must say which statistic'],
    [{ 'response_ms.': '< 1' }, 'must say which statistic'],
    [{ 'error_rate.p99': '< 1' }, 'error_rate is one number; leave ".p99" out'],
    [{ error_rate: '0.01' }, 'must be a comparison such as "< 500", got "0.01"'],
    [{ error_rate: '< 1%' }, 'must be a comparison such as "< 500", got "< 1%"'],
    [{ error_rate: '=< 1' }, 'must be a comparison'],
    [{ instance3: { error_rate: '< 1' } }, 'there is no such instance; did you mean "instance1"?'],
    [{ other: { error_rate: '< 1' } }, 'there is no instance of this name'],
  ])('%j', (thresholds, message) => {
    const parse = (): unknown => parseThresholds(thresholds as Record<string, string>, ['instance1']);
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(message);
  });

  test('all of them are told at once', () => {
    expect(() => parseThresholds({ error_rate: 'x', a: { cold_share: 'y' } }, ['a'])).toThrow(
      /^thresholds: error_rate: .*\nthresholds: a\.cold_share: /,
    );
  });
});
