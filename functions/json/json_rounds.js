'use strict';
const { createHash } = require('node:crypto');

const MOST = 100_000;
const MOST_ROUNDS = 10_000;
const MOST_COORDINATES = 10_000_000;

/** OpenWhisk's entry: the means of coordinates that went through JSON, or `{error}`. */
function main(params) {
  try {
    return json(params);
  } catch (fault) {
    return { error: fault.message };
  }
}

/** Lambda's entry. */
async function handler(event) {
  return json(event ?? {});
}

/**
 * Writes a document of `n` coordinates as JSON and reads it again, `rounds` times; or takes the `coordinates` of the
 * parameters, which the platform has read already, as FaaSProfiler's function does.
 * @returns the means of x, y and z; of a document of its own also its length and SHA-256
 * @throws  Error what was read does not give the text again
 */
function json({ n, rounds, coordinates }) {
  if (coordinates !== undefined) return meansOf(coordinates);
  const count = whole(n, 'n', 1, MOST, 1_000);
  const times = whole(rounds, 'rounds', 1, MOST_ROUNDS, 1);
  if (count * times > MOST_COORDINATES) throw new RangeError(`n times rounds must be at most ${MOST_COORDINATES}`);
  let document = documentOf(count);
  const first = JSON.stringify(document);
  let text = first;
  for (let round = 0; round < times; round += 1) {
    document = JSON.parse(text);
    text = JSON.stringify(document);
  }
  if (text !== first) throw new Error('self-check: what was read does not give the text again');
  const digest = createHash('sha256').update(text).digest('hex');
  return { ...meansOf(document.coordinates), rounds: times, bytes: text.length, digest };
}

/** Whole numbers and ASCII only: every writer of JSON writes them the same. */
function documentOf(count) {
  const draw = numbers();
  const coordinates = Array.from({ length: count }, (_, at) => ({
    x: draw(),
    y: draw(),
    z: draw(),
    name: `point ${at}`,
    opts: { 1: [1, true] },
  }));
  return { coordinates, info: 'some info' };
}

function meansOf(coordinates) {
  const isNumbers = (point) => [point?.x, point?.y, point?.z].every((value) => typeof value === 'number');
  if (!Array.isArray(coordinates) || coordinates.length === 0 || !coordinates.every(isNumbers)) {
    throw new TypeError('coordinates must be a list of objects with numbers x, y and z');
  }
  let [x, y, z] = [0, 0, 0];
  for (const point of coordinates) {
    x += point.x;
    y += point.y;
    z += point.z;
  }
  const n = coordinates.length;
  return { n, x: x / n, y: y / n, z: z / n };
}

/** States of a linear congruential generator (Knuth, TAOCP 2, 3.3.4) below a million: the same on every machine. */
function numbers() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % 1_000_000;
  };
}

function whole(value, name, least, most, otherwise) {
  const number = value === undefined ? otherwise : value;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
}

exports.main = main;
exports.handler = handler;
