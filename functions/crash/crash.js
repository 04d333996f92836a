'use strict';
const { writeSync } = require('node:fs');

const LONGEST_MS = 900_000; // the longest that any of the platforms lets a function run
const MEBIBYTE = 2 ** 20;

/** Both entries' ways to misbehave. Those that a worker can survive say that it did. */
const WAYS = {
  /** ends the process with `code` */
  exit: ({ code }) => process.exit(whole(code, 'code', 0, 255, 1)),
  /** ends it by a signal that no handler sees */
  kill: () => void process.kill(process.pid, 'SIGKILL'),
  /** ends it as a failed assertion of native code does */
  abort: () => process.abort(),
  /** computes without an end, at most `ms` */
  loop({ ms }) {
    const end = performance.now() + whole(ms, 'ms', 0, LONGEST_MS, LONGEST_MS);
    while (performance.now() < end);
    return { survived_ms: whole(ms, 'ms', 0, LONGEST_MS, LONGEST_MS) };
  },
  /** fills memory, at most `mb` MiB */
  memory({ mb }) {
    const most = whole(mb, 'mb', 0, 10_240, 4_096);
    const chunks = Array.from({ length: most }, () => Buffer.alloc(MEBIBYTE, 1));
    return { survived_mb: chunks.length };
  },
  /** writes `mb` MiB of log */
  output({ mb }) {
    const most = whole(mb, 'mb', 0, 1_024, 100);
    const line = Buffer.from(`${'x'.repeat(1_023)}\n`);
    for (let kib = 0; kib < most * 1_024; kib += 1) writeAll(line);
    return { wrote_mb: most };
  },
  /** returns nothing */
  nothing: () => undefined,
  /** returns what JSON cannot say */
  unserialisable: () => ({ big: 1n }),
};

/** OpenWhisk's entry: `how`, and its parameters. */
function main(params) {
  const { how = 'exit' } = params;
  if (!Object.hasOwn(WAYS, how)) {
    return { error: `how must be one of ${Object.keys(WAYS).join(', ')}, got ${JSON.stringify(how)}` };
  }
  try {
    return WAYS[how](params);
  } catch (fault) {
    return { error: fault.message };
  }
}

/** Lambda's entry. */
async function handler(event) {
  const answer = main(event ?? {});
  if (answer?.error !== undefined) throw new Error(answer.error);
  return answer;
}

/** Past process.stdout, which would keep all of it in memory: a pipe that is full is tried again. */
function writeAll(bytes) {
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(1, bytes, done);
    } catch (fault) {
      if (fault.code !== 'EAGAIN') throw fault;
    }
  }
}

function whole(value, name, least, most, otherwise) {
  const number = value === undefined ? otherwise : value;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
}

exports.main = main;
exports.handler = handler;
