import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArrivalSpec, PlanSource } from '../../workload/model.js';
import { planOf, summarizePlan } from '../../workload/plan.js';
import { linesOf, sourceOf, timesOf } from './samples.js';

/** Every row of every instance, sorted as the contract says, without the merge. */
function sortedLines(source: PlanSource): string[] {
  return source.instances
    .flatMap(({ name, arrivals, windowS }) =>
      timesOf(arrivals, { ...source, name, windowS }).map((us, index) => ({ us, name, index })),
    )
    .sort((a, b) => a.us - b.us || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.index - b.index))
    .map(({ us, name }, seq) => `${seq},${name},${us}`);
}

const arrivals: fc.Arbitrary<ArrivalSpec> = fc.oneof(
  // Few distinct gaps, so that instances meet at the same microsecond.
  fc.record({
    process: fc.constant('list' as const),
    interarrivalsS: fc.array(fc.constantFrom(0, 0.5, 1, 1.5), { maxLength: 30 }),
  }),
  fc.record({
    process: fc.constantFrom('Poisson' as const, 'Uniform' as const, 'Constant' as const),
    ratePerS: fc.constantFrom(0, 0.3, 1, 2, 7.5),
  }),
  fc.record({
    process: fc.constant('Gamma' as const),
    ratePerS: fc.constantFrom(0, 1, 5),
    cv: fc.constantFrom(0.3, 1, 3),
  }),
);
const sources: fc.Arbitrary<PlanSource> = fc.record({
  durationS: fc.constantFrom(0.5, 3, 10),
  seed: fc.nat(),
  instances: fc.uniqueArray(
    fc.record({
      name: fc.oneof(fc.constantFrom('a', 'b', 'Z', 'ä', '𝒳', '\uffff', 'a,b', '10', '9'), fc.string({ minLength: 1 })),
      arrivals,
      windowS: fc.option(fc.constantFrom<[number, number]>([0, 2], [1, 3], [2.5, 10])),
    }),
    { selector: ({ name }) => name, maxLength: 12 },
  ),
});

describe('the plan', () => {
  test('is complete and ordered: merging equals sorting, whatever the instances', () => {
    fc.assert(
      fc.property(sources, (source) => {
        expect(linesOf(planOf(source).rows(), source)).toEqual(sortedLines(source));
      }),
      { numRuns: 500 },
    );
  });

  test('orders equal times by the name’s code units, not by any locale’s alphabet', () => {
    const once: ArrivalSpec = { process: 'list', interarrivalsS: [1, 0] };
    const source = sourceOf(10, { ä: once, b: once, B: once, 𝒳: once, '\uffff': once });
    // 𝒳 begins with the surrogate U+D835, which is below U+FFFF although its code point is above.
    expect(Array.from(planOf(source).rows(), ({ instance }) => source.instances[instance]!.name)).toEqual([
      'B',
      'B',
      'b',
      'b',
      'ä',
      'ä',
      '𝒳',
      '𝒳',
      '\uffff',
      '\uffff',
    ]);
  });

  test('is a fresh pass at each call, and a pass may be left', () => {
    const source = sourceOf(5, { a: { process: 'Poisson', ratePerS: 20 }, b: { process: 'Uniform', ratePerS: 3 } });
    const plan = planOf(source);
    for (const { seq } of plan.rows()) if (seq === 3) break;
    expect(linesOf(plan.rows(), source)).toEqual(linesOf(plan.rows(), source));
    expect(linesOf(plan.rows(), source).length).toBeGreaterThan(50);
  });

  test('of an instance stays the same whatever stands beside it', () => {
    const steady: ArrivalSpec = { process: 'Poisson', ratePerS: 20 };
    const alone = sourceOf(5, { steady });
    const among = sourceOf(5, { another: { process: 'Gamma', ratePerS: 9, cv: 3 }, steady, third: steady });
    const timesIn = (source: PlanSource): number[] =>
      Array.from(planOf(source).rows())
        .filter(({ instance }) => source.instances[instance]!.name === 'steady')
        .map(({ plannedUs }) => plannedUs);
    expect(timesIn(among)).toEqual(timesIn(alone));
    expect(timesIn(alone).length).toBeGreaterThan(50);
  });
});

describe('the summary of a plan', () => {
  test('counts its rows, keeps its first ones, and hashes the lines seq,instance,planned_us', () => {
    fc.assert(
      fc.property(sources, (source) => {
        const rows = Array.from(planOf(source).rows());
        const text = linesOf(rows, source)
          .map((line) => `${line}\n`)
          .join('');
        expect(summarizePlan(planOf(source), source)).toMatchObject({
          planned: rows.length,
          perInstance: source.instances.map((_, i) => rows.filter(({ instance }) => instance === i).length),
          sha256: createHash('sha256').update(text, 'utf8').digest('hex'),
          firstRows: rows.slice(0, 10),
          lastPlannedUs: rows.at(-1)?.plannedUs ?? null,
        });
      }),
      { numRuns: 200 },
    );
  });

  test('hashes numbers of every length, and more lines than one batch holds', () => {
    // Times from 0 to past 2³², a name of three bytes a character; 40,000 lines are several batches.
    const source = sourceOf(1e6, {
      日本: { process: 'list', interarrivalsS: [0, 9e-6, 1e-6, 9e-5, 1, 10, 100, 999, 5_000, 990_000] },
      b: { process: 'Constant', ratePerS: 0.04 },
    });
    const text = sortedLines(source)
      .map((line) => `${line}\n`)
      .join('');
    expect(text.split('\n').length).toBeGreaterThan(40_000);
    expect(summarizePlan(planOf(source), source).sha256).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test.each([
    ['an even load', { a: { process: 'Constant', ratePerS: 2 } }, 300, 120],
    ['a burst across the turn of a minute', burst(59, 30), 300, 30],
    // 30 at t = 5 and 30 at t = 64.9 lie within seconds 5 … 64; 30 more at t = 65 do not.
    ['sixty whole seconds', { ...burst(5, 30, 'a'), ...burst(64.9, 30, 'b'), ...burst(65, 30, 'c') }, 300, 60],
    ['a pause of an hour', { ...burst(10, 7, 'a'), ...burst(3700, 5, 'b') }, 4000, 7],
    ['nothing', { a: { process: 'Constant', ratePerS: 0 } }, 300, 0],
  ] as [string, Record<string, ArrivalSpec>, number, number][])(
    'knows the busiest minute of %s',
    (_, instances, durationS, most) => {
      const source = sourceOf(durationS, instances);
      expect(summarizePlan(planOf(source), source).busiestMinute).toBe(most);
    },
  );
});

/** n invocations at once, at t seconds. */
function burst(t: number, n: number, name = 'burst'): Record<string, ArrivalSpec> {
  return { [name]: { process: 'list', interarrivalsS: [t, ...Array.from({ length: n - 1 }, () => 0)] } };
}
