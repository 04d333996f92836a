'use strict';

const MOST = 1_024;

/** OpenWhisk's entry: the product of two n × n matrices, or `{error}`. */
function main(params) {
  try {
    return matmul(params);
  } catch (fault) {
    return { error: fault.message };
  }
}

/** Lambda's entry. */
async function handler(event) {
  return matmul(event ?? {});
}

/**
 * A·B by the definition, n³ multiplications, of matrices of whole numbers from 0 to 255: every sum is exact.
 * @returns the product's trace, and c ← 31·c + entry mod 2³² over its entries by rows
 * @throws  RangeError n is no such size
 * @throws  Error the product applied to a vector of ones is not A·(B·1): it was computed wrongly
 */
function matmul({ n }) {
  const size = whole(n, 'n', 1, MOST, 100);
  const draw = bytes();
  const a = Float64Array.from({ length: size * size }, draw);
  const b = Float64Array.from({ length: size * size }, draw);
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let inner = 0; inner < size; inner += 1) {
      const factor = a[row * size + inner];
      for (let column = 0; column < size; column += 1) {
        product[row * size + column] += factor * b[inner * size + column];
      }
    }
  }
  check(a, b, product, size);
  let [trace, checksum] = [0, 0];
  for (let row = 0; row < size; row += 1) trace += product[row * size + row];
  for (const entry of product) checksum = (Math.imul(checksum, 31) + entry) >>> 0;
  return { n: size, trace, checksum };
}

function check(a, b, product, size) {
  const sums = (matrix) => Array.from({ length: size }, (_, row) => sum(matrix.subarray(row * size, (row + 1) * size)));
  const sumsOfB = sums(b);
  for (const [row, found] of sums(product).entries()) {
    const right = sum(sumsOfB.map((value, inner) => a[row * size + inner] * value));
    if (found !== right) throw new Error(`self-check: row ${row} of the product adds up to ${found}, not to ${right}`);
  }
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** The upper bytes of a linear congruential generator's states (Knuth, TAOCP 2, 3.3.4): the same on every machine. */
function bytes() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
}

function whole(value, name, least, most, otherwise) {
  const number = value === undefined ? otherwise : value;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
}

exports.main = main;
exports.handler = handler;
