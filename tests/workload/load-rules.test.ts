import { describe, expect, test } from 'vitest';
import { config, faults, instance, load } from './loading.js';

describe('the duration', () => {
  test('may be spelt in both ways at once, with one value', async () => {
    expect((await load(config({ test_duration_inseconds: 20 }))).durationS).toBe(20);
  });
});

describe('the seed', () => {
  test.each([null, undefined])('%s is drawn afresh each time and recorded', async (random_seed) => {
    const [one, two] = [await load(config({ random_seed })), await load(config({ random_seed }))];
    expect(one.seed).not.toBe(two.seed);
    expect(one.source.resolved['random_seed']).toBe(one.seed);
  });

  test('of a recorded run may stand in for the config’s', async () => {
    expect((await load(config({ random_seed: null }), {}, { seed: 77 })).seed).toBe(77);
  });
});

describe('Lambda', () => {
  test.each([
    [{ kind: 'lambda', invocation_type: 'Event' }, undefined, false, []],
    [{ kind: 'lambda', invocation_type: 'RequestResponse' }, undefined, true, []],
    [
      { kind: 'lambda', invocation_type: 'Event' },
      true,
      false,
      ['blocking_cli: endpoint.invocation_type "Event" wins, ignored'],
    ],
    [{ kind: 'lambda' }, false, false, []],
    ['lambda', undefined, true, []],
  ])('endpoint %j with blocking_cli %s waits: %s', async (endpoint, blocking_cli, blocking, warnings) => {
    const workload = await load(config({ endpoint, blocking_cli }));
    expect(workload).toMatchObject({ blocking, warnings });
  });
});

describe('an activity window', () => {
  const windowed = (activity_window: unknown, more = {}): Promise<{ warnings: string[]; window: unknown }> =>
    load(config({ instances: { a: instance({ activity_window, rate: 50, ...more }), b: instance() } })).then(
      ({ warnings, instances }) => ({ warnings, window: instances[0]!.windowS }),
    );

  test('past the end of the test is cut, with a warning', async () => {
    expect(await windowed([5, 100])).toEqual({
      window: [5, 20],
      warnings: ['instances.a.activity_window: reaches past the test and is cut to [5, 20]'],
    });
    expect((await windowed([30, 100])).window).toEqual([20, 20]);
    expect(await windowed([5, 20])).toEqual({ window: [5, 20], warnings: [] });
  });

  test('beside an interarrival list is ignored, with a warning', async () => {
    expect(await windowed([5, 10], { interarrivals_list: [1], distribution: null, rate: null })).toEqual({
      window: null,
      warnings: ['instances.a.activity_window: means nothing beside interarrivals_list, ignored'],
    });
  });
});

const STATES = [
  { rate: 0, mean_duration_s: 1 },
  { rate: 0, mean_duration_s: 2 },
];

test.each([
  [{ interarrivals_list: [1], cv: 2, states: STATES }, ['distribution', 'rate', 'cv', 'states'], 'interarrivals_list'],
  [{ cv: 2, states: STATES }, ['cv', 'states'], 'distribution "Poisson"'],
  [{ distribution: 'MMPP', cv: 2, states: STATES }, ['rate', 'cv'], 'distribution "MMPP"'],
])('%j: what says something to another process only is ignored, with a warning', async (given, ignored, beside) => {
  const { warnings } = await load(config({ instances: { a: instance(given), b: instance() } }));
  const meansNothing = beside === 'interarrivals_list' ? 'means nothing beside' : 'means nothing to';
  expect(warnings).toEqual(ignored.map((key) => `instances.a.${key}: ${meansNothing} ${beside}, ignored`));
});

test.each([
  ['states', { distribution: 'MMPP', rate: null, states: STATES }],
  [
    'steps within the test',
    {
      rate: {
        steps: [
          [0, 0],
          [100, 5],
        ],
      },
    },
  ],
])('%s that are all 0 plan nothing, which is an error without monitors', async (_, given) => {
  expect(await faults(config({ instances: { a: instance(given) } }))).toEqual([
    'a.json: instances: nothing would be invoked: no arrival falls into the test; raise a rate or the duration, or set perf_monitoring to measure an idle baseline',
  ]);
});

test('an idle baseline, every rate 0, is allowed with monitors', async () => {
  const workload = await load(
    config({ instances: { a: instance({ rate: 0 }) }, perf_monitoring: { runtime_script: 'm.sh' } }),
    { 'm.sh': '' },
  );
  expect(workload.warnings).toEqual(['nothing is planned: this test is an idle baseline, monitors only']);
});
