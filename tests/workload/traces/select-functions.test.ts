import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../common/random.js';
import { type FunctionChoice, selectFunctions } from '../../../workload/traces/select-functions.js';
import { shortNames } from '../../../workload/traces/short-names.js';
import type { TraceFunction } from '../../../workload/traces/trace-file.js';
import { hashOf } from './trace-files.js';

const fn = (id: string, invocations = 1): TraceFunction => ({ id, parts: id.split('/'), invocations });

function select(functions: TraceFunction[], choice: FunctionChoice, seed = 1): { ids: string[]; faults: string[] } {
  const faults: string[] = [];
  const random = randomStream(seed, 'sample/a');
  const chosen = selectFunctions(functions, choice, random, (place, fault) => faults.push(`${place}: ${fault}`));
  return { ids: chosen.map(({ id }) => id), faults };
}

describe('the top', () => {
  const functions = [fn('c', 5), fn('a', 5), fn('idle', 0), fn('b', 9)];

  test('are those with the most invocations, ties by id, whatever the order of the file', () => {
    expect(select(functions, { kind: 'top', n: 2 }).ids).toEqual(['b', 'a']);
    expect(select(functions.toReversed(), { kind: 'top', n: 2 }).ids).toEqual(['b', 'a']);
  });

  test('are never functions that the window does not invoke', () => {
    expect(select(functions, { kind: 'top', n: 9 }).ids).toEqual(['b', 'a', 'c']);
    expect(select(functions, { kind: 'all' }).ids).toEqual(['b', 'a', 'c']);
  });
});

describe('functions by name', () => {
  const functions = [
    fn('owner111/app11111/abcdefgh1'),
    fn('owner111/app11111/abcdefgh2'),
    fn('owner111/app22222/abcdefgh1', 0),
    fn('owner111/app22222/unlike00'),
  ];
  const named = (...names: string[]) => select(functions, { kind: 'named', names });

  test('are those named, in their order, idle or not', () => {
    expect(named('unlike00', 'app22222/abcdefgh1')).toEqual({
      ids: ['owner111/app22222/unlike00', 'owner111/app22222/abcdefgh1'],
      faults: [],
    });
    expect(named('owner111/app11111/abcdefgh2').ids).toEqual(['owner111/app11111/abcdefgh2']);
  });

  test('may be given by a beginning of each part', () => {
    expect(named('app11111/abcdefgh2', 'owner111/app22222/unlike00').faults).toEqual([]);
    expect(
      select([fn('owner111xyz/app11111xyz/abcdefgh1xyz')], { kind: 'named', names: ['app11111x/abcdefgh'] }).ids,
    ).toEqual(['owner111xyz/app11111xyz/abcdefgh1xyz']);
  });

  test.each([
    ['abcdefgh', '0: is the beginning of 3 functions of the trace; give more of it, or app/function'],
    ['abcdefgh1', '0: is the beginning of 2 functions of the trace; give more of it, or app/function'],
    ['unlike0', '0: is no function of the trace, nor at least 8 characters that one begins with'],
    ['a/b/c/d', '0: is no function of the trace, nor at least 8 characters that one begins with'],
  ])('that say too little are refused: %s', (name, fault) => {
    expect(named(name).faults).toEqual([fault]);
  });

  test('are refused when two name one function', () => {
    expect(named('unlike00', 'app22222/unlike00').faults).toEqual([
      '1: names a function that another entry names already',
    ]);
  });

  test('of a plain CSV are names as they are: short, or with slashes', () => {
    const plain = ['f', 'f2', 'a/b'].map((name) => ({ id: name, parts: [name], invocations: 1 }));
    expect(select(plain, { kind: 'named', names: ['a/b', 'f'] })).toEqual({ ids: ['a/b', 'f'], faults: [] });
  });
});

/** Largest distance between the distribution functions of two samples. */
function distance(a: readonly number[], b: readonly number[]): number {
  const below = (values: readonly number[], x: number): number => values.filter((v) => v <= x).length / values.length;
  return Math.max(...[...new Set([...a, ...b])].map((x) => Math.abs(below(a, x) - below(b, x))));
}

/** Mean absolute difference of the quantile functions: the Wasserstein distance, by which invitro judges its samples. */
function wasserstein(sample: readonly number[], whole: readonly number[]): number {
  const quantile = (values: readonly number[], p: number): number => values[Math.floor(p * values.length)]!;
  const [x, y] = [sample, whole].map((values) => values.toSorted((a, b) => a - b));
  return Array.from({ length: 10_000 }, (_, i) => (i + 0.5) / 10_000).reduce(
    (sum, p) => sum + Math.abs(quantile(x!, p) - quantile(y!, p)) / 10_000,
    0,
  );
}

describe('a sample of functions', () => {
  // Counts over five decades, most of them small, as the traces have them.
  const random = randomStream(7, 'population');
  const population = Array.from({ length: 5_000 }, (_, i) =>
    fn(hashOf(`f${i}`), Math.floor(10 ** (5 * random() * random()))),
  );
  const counts = population.map(({ invocations }) => invocations);
  const countsOf = (ids: string[]): number[] => {
    const chosen = new Set(ids);
    return population.filter(({ id }) => chosen.has(id)).map(({ invocations }) => invocations);
  };
  const n = 50;

  test('has the distribution of all: it differs by less than 1/n anywhere, as a top or a plain random sample does not', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { ids } = select(population, { kind: 'sample', n }, seed);
      expect(new Set(ids).size).toBe(n);
      expect(distance(countsOf(ids), counts)).toBeLessThan(1 / n);
    }
    expect(distance(countsOf(select(population, { kind: 'top', n }).ids), counts)).toBeGreaterThan(0.9);
    // Expected distance of a simple sample: 0.87/√50 = 0.12.
    const plain = Array.from({ length: 20 }, (_, seed) => {
      const draw = randomStream(seed, 'plain');
      return distance(
        Array.from({ length: n }, () => counts[Math.floor(draw() * counts.length)]!),
        counts,
      );
    });
    expect(Math.min(...plain)).toBeGreaterThan(1 / n);
  });

  test('is by the Wasserstein distance nearer to all than the best of 16 plain random samples is, in the median', () => {
    const ours: number[] = [];
    const best: number[] = [];
    for (let seed = 1; seed <= 15; seed += 1) {
      ours.push(wasserstein(countsOf(select(population, { kind: 'sample', n }, seed).ids), counts));
      const draw = randomStream(seed, 'plain');
      const tries = Array.from({ length: 16 }, () =>
        wasserstein(
          Array.from({ length: n }, () => counts[Math.floor(draw() * counts.length)]!),
          counts,
        ),
      );
      best.push(Math.min(...tries));
    }
    const median = (values: number[]): number => values.sort((a, b) => a - b)[7]!;
    expect(median(ours)).toBeLessThan(median(best));
  });

  test('follows from the seed alone, and another seed draws another', () => {
    const drawn = (seed: number): string[] => select(population, { kind: 'sample', n }, seed).ids;
    expect(select(population.toReversed(), { kind: 'sample', n }, 3).ids).toEqual(drawn(3));
    expect(drawn(4)).not.toEqual(drawn(3));
  });

  test('takes each function with the same probability', () => {
    // 10 functions, 3 of them in each of 3,000 samples: 900 each, standard deviation √(3000·0.3·0.7) = 25; five of them = 125.
    const few = population.slice(0, 10).map((one, i) => ({ ...one, invocations: i + 1 }));
    const taken = new Map(few.map(({ id }) => [id, 0]));
    for (let seed = 0; seed < 3_000; seed += 1) {
      for (const id of select(few, { kind: 'sample', n: 3 }, seed).ids) taken.set(id, taken.get(id)! + 1);
    }
    for (const times of taken.values()) expect(Math.abs(times - 900)).toBeLessThan(125);
  });

  test('of more than there are is all of them', () => {
    expect(select(population, { kind: 'sample', n: 5_001 }).ids).toHaveLength(5_000);
  });
});

describe('short names', () => {
  test('are the shortest beginnings of at least 8 characters that tell all functions of the trace apart', () => {
    const functions = ['o/p/0123456789abc', 'o/p/0123456789abd', 'o/p/01234567f', 'o/p/fedcba9876'].map((id) => fn(id));
    expect([...shortNames(functions).values()]).toEqual(['0123456789abc', '0123456789abd', '01234567f', 'fedcba98']);
  });

  test('are whole ids where apps share the name of a function, and names of a plain CSV as they are', () => {
    expect([...shortNames([fn('p/same'), fn('q/same'), fn('q/other678901')]).values()]).toEqual([
      'p/same',
      'q/same',
      'other678',
    ]);
    const plain = ['image resizing', 'image rotation'].map((name) => ({ id: name, parts: [name], invocations: 1 }));
    expect([...shortNames(plain).values()]).toEqual(['image resizing', 'image rotation']);
  });

  test('are unique, and each is the beginning of its function alone', () => {
    const hash = fc.stringMatching(/^[01]{10,14}$/);
    fc.assert(
      fc.property(fc.uniqueArray(hash, { minLength: 1, maxLength: 30 }), (hashes) => {
        const names = shortNames(hashes.map((name) => fn(`o/p/${name}`)));
        for (const name of hashes) {
          const short = names.get(`o/p/${name}`)!;
          // A hash that begins another one is told by its whole.
          const others = hashes.filter((other) => other !== name && other.startsWith(short));
          expect(short === name ? [] : others).toEqual([]);
        }
        expect(new Set(names.values()).size).toBe(hashes.length);
      }),
    );
  });
});
