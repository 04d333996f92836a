'use strict';

const MOST_MB = 10_240; // what Lambda gives at most
const LONGEST_MS = 900_000; // the longest that any of the platforms lets a function run
const MEBIBYTE = 2 ** 20;
const PAGE = 4_096;

/** OpenWhisk's entry: `mb` MiB touched, or `{error}`. */
async function main(params) {
  try {
    return await memory(params);
  } catch (fault) {
    return { error: fault.message };
  }
}

/** Lambda's entry. */
async function handler(event) {
  return memory(event ?? {});
}

/**
 * Allocates `mb` MiB, writes a byte into each page of 4 KiB, so that all of it is resident, holds it for `hold_ms`, and reads
 * the bytes again. Where less memory is allowed the platform kills the worker.
 * @returns the pages, the milliseconds that touching took, and the sum of the bytes, 0 + … + 255 = 32640 for each MiB
 * @throws  Error the sum is another
 */
async function memory({ mb, hold_ms: holdMs }) {
  const mebibytes = whole(mb, 'mb', 1, MOST_MB, 64);
  const hold = whole(holdMs, 'hold_ms', 0, LONGEST_MS, 0);
  const began = performance.now();
  const chunks = Array.from({ length: mebibytes }, touched);
  const touchMs = performance.now() - began;
  if (hold > 0) await new Promise((done) => setTimeout(done, hold));
  let checksum = 0;
  for (const chunk of chunks) for (let at = 0; at < MEBIBYTE; at += PAGE) checksum += chunk[at];
  if (checksum !== 32_640 * mebibytes) throw new Error(`self-check: the bytes add up to ${checksum}`);
  return { mb: mebibytes, pages: mebibytes * (MEBIBYTE / PAGE), touch_ms: touchMs, checksum };
}

function touched() {
  // Not from Node's pool, and not filled: only the pages that are written become resident.
  const chunk = Buffer.allocUnsafeSlow(MEBIBYTE);
  for (let at = 0; at < MEBIBYTE; at += PAGE) chunk[at] = at / PAGE;
  return chunk;
}

function whole(value, name, least, most, otherwise) {
  const number = value === undefined ? otherwise : value;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
}

exports.main = main;
exports.handler = handler;
