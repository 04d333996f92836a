import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../common/errors.js';
import { loadWorkload } from '../../workload/load.js';
import { config, faults, inFolder, instance } from './loading.js';

const one = (replaced: Record<string, unknown>): Record<string, unknown> =>
  config({ instances: { instance2: instance(replaced) } });

describe('what is wrong with an instance is told in one line', () => {
  test.each([
    ['a rate that is no number', one({ rate: 'fast' }), 'instances.instance2.rate: must be a number ≥ 0, got "fast"'],
    ['a negative rate', one({ rate: -1 }), 'instances.instance2.rate: must be a number ≥ 0, got -1'],
    [
      'a rate beyond the clock',
      one({ rate: 1e6 + 1 }),
      'instances.instance2.rate: must be at most 1000000, one in each microsecond, got 1000001',
    ],
    [
      'a rate beyond all numbers',
      JSON.stringify(one({ rate: 1 })).replace('"rate":1', '"rate":1e999'),
      'instances.instance2.rate: must be a number ≥ 0, got Infinity',
    ],
    ['no rate', one({ rate: undefined }), 'instances.instance2.rate: is missing; must be a number ≥ 0, or a profile'],
    [
      'an unknown distribution',
      one({ distribution: 'Poison' }),
      'instances.instance2.distribution: must be one of "Poisson", "Uniform", "Constant", "Gamma", "MMPP", "Trace", got "Poison"; did you mean "Poisson"?',
    ],
    [
      'MMPP without states',
      one({ distribution: 'MMPP', rate: undefined }),
      'instances.instance2.states: is missing; MMPP needs a list such as [{"rate": 50, "mean_duration_s": 2}, {"rate": 0, "mean_duration_s": 8}]',
    ],
    [
      'MMPP of one state',
      one({ distribution: 'MMPP', rate: undefined, states: [{ rate: 5, mean_duration_s: 1 }] }),
      'instances.instance2.states: must have at least two states; one alone is distribution "Poisson"',
    ],
    [
      'a state that never lasts',
      one({
        distribution: 'MMPP',
        rate: undefined,
        states: [
          { rate: 5, mean_duration_s: 1 },
          { rate: 0, mean_duration_s: 0 },
        ],
      }),
      'instances.instance2.states[1].mean_duration_s: must be a number of seconds from 0.001 to 10000000000, got 0',
    ],
    [
      'a profile of two kinds',
      one({ rate: { steps: [[0, 1]], ramp: [[0, 1]] } }),
      'instances.instance2.rate: a profile has exactly one of steps, ramp, sinusoid; here is steps and ramp',
    ],
    [
      'an empty profile',
      one({ rate: {} }),
      'instances.instance2.rate: a profile has exactly one of steps, ramp, sinusoid; here is none of them',
    ],
    [
      'no steps',
      one({ rate: { steps: [] } }),
      'instances.instance2.rate.steps: is empty; give at least one pair [t_s, rate]',
    ],
    [
      'a profile that begins late',
      one({ rate: { ramp: [[5, 1]] } }),
      'instances.instance2.rate.ramp: must begin at second 0, so that the rate is known from the start; got 5',
    ],
    [
      'times that do not ascend',
      one({
        rate: {
          steps: [
            [0, 1],
            [10, 5],
            [10, 6],
          ],
        },
      }),
      'instances.instance2.rate.steps: times must ascend: [10,6] follows [10,5]',
    ],
    [
      'a sinusoid that falls below 0',
      one({ rate: { sinusoid: { mean: 5, amplitude: 6, period_s: 10 } } }),
      'instances.instance2.rate.sinusoid.amplitude: must be at most the mean 5, or the rate would be negative; got 6',
    ],
    [
      'a sinusoid whose period no plan could tell',
      one({ rate: { sinusoid: { mean: 5, amplitude: 5, period_s: 1e-6 } } }),
      'instances.instance2.rate.sinusoid.period_s: must be a number of seconds from 0.001 to 10000000000, got 0.000001',
    ],
    [
      'a sinusoid that is a number',
      one({ rate: { sinusoid: 5 } }),
      'instances.instance2.rate.sinusoid: must be an object such as {"mean": 20, "amplitude": 15, "period_s": 600}, got 5',
    ],
    [
      'states without a distribution',
      one({ rate: undefined, distribution: undefined, states: [{ rate: 5, mean_duration_s: 1 }] }),
      'instances.instance2.distribution: is missing beside "states"; "MMPP"',
    ],
    [
      'a rate without a distribution',
      one({ distribution: undefined }),
      'instances.instance2.distribution: is missing beside "rate"; one of "Poisson", "Uniform", "Constant", "Gamma"',
    ],
    [
      'a list of parameters that is a text',
      one({ params: 'p.json' }),
      'instances.instance2.params: must be an object such as {"file": "names.ndjson", "order": "random"}, got "p.json"',
    ],
    [
      'a misspelt kind of profile',
      one({ rate: { stepps: [[0, 1]] } }),
      'instances.instance2.rate.stepps: unknown key; did you mean "steps"?',
    ],
    [
      'a broken rate profile',
      one({ rate: { steps: [[0, 'x']] } }),
      'instances.instance2.rate.steps[0][1]: must be a number ≥ 0, got "x"',
    ],
    [
      'Gamma without cv',
      one({ distribution: 'Gamma' }),
      'instances.instance2.cv: is missing; distribution "Gamma" needs it, a number > 0',
    ],
    [
      'Gamma with cv 0',
      one({ distribution: 'Gamma', cv: 0 }),
      'instances.instance2.cv: must be a number from 0.001 to 100 (for even gaps there is Constant), got 0',
    ],
    [
      'no arrivals',
      one({ rate: undefined, distribution: undefined }),
      'instances.instance2: says nothing of its arrivals; give "distribution" and "rate", or "interarrivals_list"',
    ],
    [
      'a negative gap',
      one({ interarrivals_list: [1, -2] }),
      'instances.instance2.interarrivals_list[1]: must be a number of seconds ≥ 0, got -2',
    ],
    [
      'an inverted window',
      one({ activity_window: [10, 5] }),
      'instances.instance2.activity_window: must end after it starts, got [10,5]',
    ],
    [
      'a window of three',
      one({ activity_window: [1, 2, 3] }),
      'instances.instance2.activity_window: must be [start, end] in seconds, got [1,2,3]',
    ],
    [
      'no function',
      one({ application: undefined }),
      'instances.instance2.application: is missing; must be the name of a function',
    ],
    [
      'a function outside',
      one({ application: '../x' }),
      'instances.instance2.application: must be action, package/action or /namespace/package/action, got "../x"',
    ],
    [
      'data_file beside param_file',
      one({ data_file: 'p.json', param_file: 'p.json' }),
      'instances.instance2.data_file: cannot stand beside param_file; leave one out',
    ],
  ])('%s', async (_, wrong, line) => {
    expect(await faults(wrong, { 'p.json': '{}' })).toEqual([`a.json: ${line}`]);
  });
});

test('all errors of a file are told at once, each at its place', async () => {
  const lines = await faults({
    test_name: 'x/y',
    test_duration_in_second: 10,
    blocking_cli: 'yes',
    instances: {
      'a.b': instance({ rate: 'fast', activity_window: [5, 1], param_file: 'no.json' }),
      b: instance({ distrbution: 'Poisson', distribution: undefined }),
    },
  });
  expect(lines.map((line) => line.replace(/^a\.json: ([^:]+):.*/, '$1'))).toEqual([
    'test_duration_in_second',
    'blocking_cli',
    'instances["a.b"].rate',
    'instances.b.distrbution',
    'test_name',
    'instances["a.b"].activity_window',
    'instances["a.b"].param_file',
  ]);
  expect(lines[0]).toBe('a.json: test_duration_in_second: unknown key; did you mean "test_duration_in_seconds"?');
});

describe('a file that is no config', () => {
  test('missing', async () => {
    await expect(loadWorkload('nowhere/a.json')).rejects.toMatchObject({
      message: 'nowhere/a.json: no such file',
      exitCode: EXIT.usage,
    });
  });

  test('a folder', async () => {
    await inFolder({}, async (cwd) => {
      await mkdir(join(cwd, 'a.json'));
      await expect(loadWorkload('a.json', { cwd })).rejects.toThrow('a.json: is a folder');
    });
  });

  test.each([
    ['', 'line 1, column 1: is not JSON: expected a value'],
    ['{\n  "a": 1,\n}', 'line 3, column 1: is not JSON: expected a key in double quotes'],
    ["{'a': 1}", 'line 1, column 2: is not JSON: expected a key in double quotes or "}"'],
    ['{"a": SECRET}', 'line 1, column 7: is not JSON: expected a value'],
    ['{} x', 'line 1, column 4: is not JSON: expected the end of the file'],
  ])('not JSON: %j', async (text, fault) => {
    expect(await faults(text)).toEqual([`a.json: ${fault}`]);
  });
});
