'use strict';
const { createHash } = require('node:crypto');

const LARGEST = 10_000_000;
const MOST_ROUNDS = 10_000;
const MOST_BYTES = 1_000_000_000;

/** OpenWhisk's entry: `size` bytes encoded and decoded `rounds` times, or `{error}`. */
function main(params) {
  try {
    return base64(params);
  } catch (fault) {
    return { error: fault.message };
  }
}

/** Lambda's entry. */
async function handler(event) {
  return base64(event ?? {});
}

/**
 * Encodes `size` times the letter a, then decodes what that gave, each `rounds` times.
 * @returns `s_encode` and `s_decode`, the characters that came out in all rounds, as text: FaaSProfiler's checks read them
 *          so; and the SHA-256 of the encoded text
 * @throws  Error what came out is not what went in
 */
function base64({ size, rounds }) {
  const length = whole(size, 'size', 1, LARGEST, 1_000_000);
  const times = whole(rounds, 'rounds', 1, MOST_ROUNDS, 100);
  if (length * times > MOST_BYTES) throw new RangeError(`size times rounds must be at most ${MOST_BYTES}`);
  const plain = Buffer.alloc(length, 'a');
  let [encoded, decoded] = ['', plain];
  let [encodedLength, decodedLength] = [0, 0];
  for (let round = 0; round < times; round += 1) {
    encoded = plain.toString('base64');
    encodedLength += encoded.length;
  }
  for (let round = 0; round < times; round += 1) {
    decoded = Buffer.from(encoded, 'base64');
    decodedLength += decoded.length;
  }
  if (!decoded.equals(plain)) throw new Error('self-check: what was decoded is not what was encoded');
  const digest = createHash('sha256').update(encoded).digest('hex');
  return { s_encode: String(encodedLength), s_decode: String(decodedLength), digest };
}

function whole(value, name, least, most, otherwise) {
  const number = value === undefined ? otherwise : value;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
}

exports.main = main;
exports.handler = handler;
