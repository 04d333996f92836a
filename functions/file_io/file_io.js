'use strict';
const { createHash, randomUUID } = require('node:crypto');
const { closeSync, fsyncSync, openSync, readSync, rmSync, writeSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const MOST_MB = 512; // the temporary folder that Lambda gives
const MOST_ROUNDS = 100;

/** OpenWhisk's entry: a file written, read and deleted, or `{error}`. */
function main(params) {
  try {
    return fileIo(params);
  } catch (fault) {
    return { error: fault.message };
  }
}

/** Lambda's entry. */
async function handler(event) {
  return fileIo(event ?? {});
}

/**
 * Writes a file of `mb` MiB in blocks of `block_kb` KiB into the temporary folder, forces it to the disk, reads it and deletes
 * it, `rounds` times. Reading mostly meets the page cache, as it does for functions.
 * @returns the milliseconds of all writes with their fsync and of all reads, and the SHA-256 of what the file must hold
 * @throws  Error what was read is not what was written
 */
function fileIo({ mb, block_kb: blockKb, rounds }) {
  const mebibytes = whole(mb, 'mb', 1, MOST_MB, 1);
  const block = pattern(whole(blockKb, 'block_kb', 1, 1_024, 64) * 1_024);
  const times = whole(rounds, 'rounds', 1, MOST_ROUNDS, 1);
  const size = mebibytes * 2 ** 20;
  const right = createHash('sha256');
  for (let at = 0; at < size; at += block.length) right.update(blockAt(block, at, size));
  const digest = right.digest('hex');
  const path = join(tmpdir(), `file_io-${randomUUID()}`);
  let [writeMs, readMs] = [0, 0];
  try {
    for (let round = 0; round < times; round += 1) {
      writeMs += write(path, block, size);
      const read = readBack(path, Buffer.alloc(block.length));
      readMs += read.ms;
      if (read.digest !== digest) throw new Error(`self-check: ${path} does not hold what was written`);
      rmSync(path);
    }
  } finally {
    rmSync(path, { force: true });
  }
  return { mb: mebibytes, rounds: times, write_ms: writeMs, read_ms: readMs, digest };
}

function write(path, block, size) {
  const began = performance.now();
  const file = openSync(path, 'wx', 0o600);
  try {
    for (let at = 0; at < size; at += block.length) {
      const bytes = blockAt(block, at, size);
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return performance.now() - began;
}

function readBack(path, buffer) {
  const hash = createHash('sha256');
  let began = performance.now();
  let ms = 0;
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const length = readSync(file, buffer);
      ms += performance.now() - began;
      if (length === 0) return { ms, digest: hash.digest('hex') };
      hash.update(buffer.subarray(0, length)); // between the stamps: its time is not the disk's
      began = performance.now();
    }
  } finally {
    closeSync(file);
  }
}

/** Bytes that repeat after 256: 31·j + 7 mod 256. */
function pattern(length) {
  return Buffer.alloc(
    length,
    Uint8Array.from({ length: 256 }, (_, at) => (at * 31 + 7) & 255),
  );
}

/** The block that begins at a place of the file: it begins with that place, so that no two are equal. */
function blockAt(block, at, size) {
  block.writeUInt32LE(at, 0);
  return block.subarray(0, Math.min(block.length, size - at));
}

function whole(value, name, least, most, otherwise) {
  const number = value === undefined ? otherwise : value;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
}

exports.main = main;
exports.handler = handler;
