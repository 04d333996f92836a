import { describe, expect, test } from 'vitest';
import { drawSeed, randomStream } from '../../common/random.js';

describe('random streams', () => {
  test('begin with the same numbers on every machine and version', () => {
    // Recorded once; a change of generator or of how seed and name become its key moves every plan ever made.
    const stream = randomStream(100, 'arrivals/instance1');
    expect([stream(), stream(), stream()]).toEqual([0.7606733065820668, 0.3668830443532535, 0.24560078486890735]);
  });

  test('of one seed and name are the same, of another seed or name different', () => {
    const first = (seed: number, name: string): number => randomStream(seed, name)();
    expect(first(7, 'a')).toBe(first(7, 'a'));
    expect(new Set([first(7, 'a'), first(8, 'a'), first(7, 'b'), first(71, 'a'), first(7, '1/a')]).size).toBe(5);
  });

  test('have more than 32 random bits: a number that is no multiple of 2⁻³² is the rule', () => {
    const stream = randomStream(1, 'bits');
    const coarse = Array.from({ length: 1000 }, stream).filter((u) => Number.isInteger(u * 2 ** 32));
    // With 53 bits one draw in 2²¹ would be coarse; with 32 all of them.
    expect(coarse.length).toBeLessThan(2);
  });

  test('stay in [0, 1) and fill ten bins evenly', () => {
    const stream = randomStream(3, 'bins');
    const bins = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 100_000; i += 1) {
      const u = stream();
      expect(u >= 0 && u < 1).toBe(true);
      bins[Math.floor(u * 10)]! += 1;
    }
    // Chi-square with 9 degrees of freedom stays below 27.88 in 99.9 % of cases.
    const chiSquare = bins.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(27.88);
  });

  test('of neighbouring seeds and names begin with numbers that are spread like random ones', () => {
    const firsts = Array.from({ length: 2000 }, (_, i) => randomStream(i % 2, `arrivals/instance${i >> 1}`)());
    const sorted = firsts.sort((a, b) => a - b);
    const largest = Math.max(...sorted.map((u, i) => Math.max((i + 1) / 2000 - u, u - i / 2000)));
    // Kolmogorov–Smirnov at 1 %: 1.628/√2000
    expect(largest).toBeLessThan(1.628 / Math.sqrt(2000));
  });
});

test('a drawn seed is a 32-bit unsigned integer, another one each time', () => {
  const seeds = Array.from({ length: 50 }, drawSeed);
  for (const seed of seeds) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
  // Two of 50 draws from 2³² meet once in 3.5 million.
  expect(new Set(seeds).size).toBe(50);
});
