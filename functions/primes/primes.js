'use strict';

const MOST = 50_000_000; // a byte a number

/** OpenWhisk's entry: the primes up to `n`, or `{error}`. */
function main(params) {
  try {
    return primes(params);
  } catch (fault) {
    return { error: fault.message };
  }
}

/** Lambda's entry. */
async function handler(event) {
  return primes(event ?? {});
}

/**
 * The sieve of Eratosthenes, a byte for each number from 0 to n.
 * @returns how many primes there are, the largest (null if there is none) and their sum: numbers that are known,
 *          e.g. π(10⁶) = 78498 (https://oeis.org/A006880), sum 37550402023 (https://oeis.org/A046731)
 */
function primes({ n }) {
  const last = whole(n, 'n', 0, MOST, 1_000_000);
  const isPrime = new Uint8Array(last + 1).fill(1);
  isPrime.fill(0, 0, 2);
  for (let factor = 2; factor * factor <= last; factor += 1) {
    if (isPrime[factor] === 0) continue;
    for (let multiple = factor * factor; multiple <= last; multiple += factor) isPrime[multiple] = 0;
  }
  let [count, largest, sum] = [0, null, 0];
  for (let number = 2; number <= last; number += 1) {
    if (isPrime[number] === 0) continue;
    count += 1;
    sum += number;
    largest = number;
  }
  return { n: last, count, largest, sum };
}

function whole(value, name, least, most, otherwise) {
  const number = value === undefined ? otherwise : value;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
}

exports.main = main;
exports.handler = handler;
