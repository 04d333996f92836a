'use strict';

const MOST = 1_000_000_000;

/**
 * OpenWhisk's entry: n steps of a linear congruential generator modulo 2³², each of which needs the one before.
 * @returns n and the generator's last state, the same on every machine; `{error}` if `n` is no such count
 * @see Knuth, The Art of Computer Programming 2, 3.3.4, table 1, line 16 (multiplier 1664525)
 */
function main({ n = 1_000_000 } = {}) {
  if (!Number.isInteger(n) || n < 0 || n > MOST) {
    return { error: `n must be a whole number from 0 to ${MOST}, got ${JSON.stringify(n)}` };
  }
  let state = 1;
  for (let step = 0; step < n; step += 1) state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return { n, checksum: state };
}

/** Lambda's entry. */
async function handler(event) {
  const answer = main(event ?? {});
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}

exports.main = main;
exports.handler = handler;
