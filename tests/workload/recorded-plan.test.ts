import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../common/errors.js';
import { planOf, summarizePlan } from '../../workload/plan.js';
import { planSourceFromResolved } from '../../workload/recorded-plan.js';
import { profileArbitrary } from './arrivals/profile-arbitrary.js';
import { config, instance, load } from './loading.js';

/** A profile as a config has it. */
const profile = profileArbitrary.map((given) =>
  given.kind === 'sinusoid'
    ? { sinusoid: { mean: given.meanPerS, amplitude: given.amplitudePerS, period_s: given.periodS } }
    : { [given.kind]: given.points },
);

describe('a plan rebuilt from a manifest alone', () => {
  const arrivals = fc.oneof(
    fc.record({
      distribution: fc.constantFrom('Poisson', 'Uniform', 'Constant'),
      rate: fc.double({ min: 0, max: 30, noNaN: true }),
    }),
    fc.record({
      distribution: fc.constant('Gamma'),
      rate: fc.double({ min: 0, max: 30, noNaN: true }),
      cv: fc.double({ min: 0.05, max: 10, noNaN: true }),
    }),
    fc.record({ distribution: fc.constantFrom('Poisson', 'Uniform', 'Constant'), rate: profile }),
    fc.record({ distribution: fc.constant('Gamma'), rate: profile, cv: fc.constantFrom(0.5, 2) }),
    fc.record({
      distribution: fc.constant('MMPP'),
      rate: fc.constant(null),
      states: fc.array(
        fc.record({
          rate: fc.double({ min: 0, max: 50, noNaN: true }),
          mean_duration_s: fc.double({ min: 0.01, max: 10, noNaN: true }),
        }),
        { minLength: 2, maxLength: 4 },
      ),
    }),
    fc.record({
      distribution: fc.constant(null),
      rate: fc.constant(null),
      interarrivals_list: fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { maxLength: 20 }),
    }),
  );
  const instances = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 8 }),
    fc
      .tuple(arrivals, fc.option(fc.constantFrom([0, 3], [2, 50])))
      .map(([given, activity_window]) => instance({ ...given, activity_window })),
    { maxKeys: 5 },
  );

  test('is the plan of the config, row for row', async () => {
    await fc.assert(
      fc.asyncProperty(instances, fc.option(fc.nat()), async (some, random_seed) => {
        const steady = instance({ distribution: 'Constant', rate: 1 });
        const workload = await load(config({ random_seed, instances: { ...some, steady } }));
        // As it comes back from manifest.json.
        const resolved = JSON.parse(JSON.stringify(workload.source.resolved)) as Record<string, unknown>;
        const source = await planSourceFromResolved(resolved, {});
        expect(summarizePlan(planOf(source), source)).toEqual(summarizePlan(planOf(workload), workload));
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['no test', {}],
    ['no instances', { test_duration_in_seconds: 1, random_seed: 1 }],
    ['no seed', { test_duration_in_seconds: 1, random_seed: null, instances: {} }],
    ['a process of another version', { ...recorded({ distribution: 'MMPP', rate: 1 }) }],
    ['a profile that cannot be', { ...recorded({ distribution: 'Poisson', rate: { steps: [[5, 1]] } }) }],
    ['no rate', { ...recorded({ distribution: 'Poisson' }) }],
    ['a negative gap', { ...recorded({ interarrivals_list: [-1] }) }],
  ])('is refused where the manifest does not say enough: %s', async (_, resolved) => {
    await expect(planSourceFromResolved(resolved, {})).rejects.toBeInstanceOf(ConfigError);
  });

  function recorded(a: object): Record<string, unknown> {
    return { test_duration_in_seconds: 1, random_seed: 1, instances: { a } };
  }
});
