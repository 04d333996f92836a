import { randomInt } from 'node:crypto';
import seedrandom from 'seedrandom';

/** Uniform numbers in [0, 1), each with 53 random bits. */
export type RandomStream = () => number;

/**
 * The random stream that a seed and a name determine, the same on every machine and version.
 * Streams of different names are independent of each other: adding an instance to a config never moves another's arrivals.
 *
 * @param seed 32-bit unsigned integer
 * @param name what the stream is for, e.g. `arrivals/instance1`
 * @see Alea by J. Baagøe, as packaged in seedrandom; `.double()` because a plain draw has only 32 bits
 */
export function randomStream(seed: number, name: string): RandomStream {
  // The separator cannot occur in a decimal number, so no two (seed, name) pairs give one key.
  const generator = seedrandom.alea(`${seed}/${name}`);
  return () => generator.double();
}

/** A fresh 32-bit seed, for configs whose `random_seed` is null. */
export function drawSeed(): number {
  return randomInt(0, 2 ** 32);
}
