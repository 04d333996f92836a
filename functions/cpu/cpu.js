'use strict';

const MOST = 1_000_000_000;
const LONGEST_MS = 900_000; // the longest that any of the platforms lets a function run
const STEPS_BETWEEN_READINGS = 10_000; // some 10 µs, far more than a reading of the clock takes

/**
 * OpenWhisk's entry: steps of a linear congruential generator modulo 2³², each of which needs the one before: n of them, or
 * as many as `ms` milliseconds of CPU time allow.
 * @returns n and the generator's last state, the same on every machine, and with `ms` the CPU time that it took;
 *          `{error}` if `n` is no such count or `ms` no duration
 * @see Knuth, The Art of Computer Programming 2, 3.3.4, table 1, line 16 (multiplier 1664525)
 */
function main({ n, ms } = {}) {
  if (ms !== undefined) return n === undefined ? busyFor(ms) : { error: 'give either n or ms, not both' };
  const count = n ?? 1_000_000;
  if (n === null || !Number.isInteger(count) || count < 0 || count > MOST) {
    return { error: `n must be a whole number from 0 to ${MOST}, got ${JSON.stringify(n)}` };
  }
  return { n: count, checksum: walk(1, count) };
}

/** CPU time and not the clock's, so that a worker that gets half a core takes twice as long, as any computation would. */
function busyFor(ms) {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= LONGEST_MS)) {
    return { error: `ms must be a number from 0 to ${LONGEST_MS}, got ${JSON.stringify(ms)}` };
  }
  const before = process.cpuUsage();
  let [n, state, cpuMs] = [0, 1, 0];
  while (cpuMs < ms) {
    state = walk(state, STEPS_BETWEEN_READINGS);
    n += STEPS_BETWEEN_READINGS;
    const { user, system } = process.cpuUsage(before);
    cpuMs = (user + system) / 1_000;
  }
  return { n, checksum: state, cpu_ms: cpuMs };
}

function walk(from, steps) {
  let state = from;
  for (let step = 0; step < steps; step += 1) state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state;
}

/** Lambda's entry. */
async function handler(event) {
  const answer = main(event ?? {});
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}

exports.main = main;
exports.handler = handler;
