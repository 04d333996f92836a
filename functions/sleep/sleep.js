'use strict';

const LONGEST_MS = 900_000; // the longest that any of the platforms lets a function run

/**
 * OpenWhisk's entry: waits without burning CPU.
 * @returns slept_ms, as the monotonic clock saw it; `{error}` if `ms` is no duration
 */
async function main({ ms = 0 } = {}) {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= LONGEST_MS)) {
    return { error: `ms must be a number from 0 to ${LONGEST_MS}, got ${JSON.stringify(ms)}` };
  }
  const began = performance.now();
  await new Promise((wake) => setTimeout(wake, ms));
  // A timer may fire a fraction of a millisecond early; a sleep never ends before its time.
  while (performance.now() - began < ms);
  return { slept_ms: performance.now() - began };
}

/** Lambda's entry. */
async function handler(event) {
  const answer = await main(event ?? {});
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}

exports.main = main;
exports.handler = handler;
