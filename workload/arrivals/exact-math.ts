/**
 * Logarithm and exponential from additions and multiplications alone. ECMAScript leaves the last digits of Math.log and
 * Math.exp to the engine, so a plan made with them could differ from one version to the next; IEEE 754 leaves nothing
 * open for these. Both are right to about 2 units in the last place.
 */

/**
 * Natural logarithm of x in (0, ∞). x = m·2^e with m in [√½, √2), and ln m = 2·artanh(s), s = (m − 1)/(m + 1):
 * s² ≤ 0.0295, so eleven terms of the series reach 2⁻⁵³.
 */
export function naturalLog(x: number): number {
  let m = x;
  let e = 0;
  for (; m < Math.SQRT1_2; m *= 2) e -= 1;
  for (; m >= Math.SQRT2; m /= 2) e += 1;
  const s = (m - 1) / (m + 1);
  const z = s * s;
  const tail =
    z *
    (1 / 3 +
      z *
        (1 / 5 +
          z *
            (1 / 7 +
              z * (1 / 9 + z * (1 / 11 + z * (1 / 13 + z * (1 / 15 + z * (1 / 17 + z * (1 / 19 + z * (1 / 21))))))))));
  return e * Math.LN2 + 2 * s * (1 + tail);
}

/** e^x for x ≤ 0, down to 0 below −745. x = n·ln 2 + r with |r| ≤ ½ ln 2; fifteen terms of the series reach 2⁻⁵³. */
export function exponential(x: number): number {
  if (x < -745) return 0;
  const n = Math.floor(x / Math.LN2 + 0.5);
  const r = x - n * Math.LN2;
  let sum = 1;
  for (let k = 15; k >= 1; k -= 1) sum = 1 + (sum * r) / k;
  for (let i = n; i < 0; i += 1) sum *= 0.5;
  return sum;
}

/** 1/(k(k − 1)) and 1/(k(k + 1)) for k = 20, 18, … 2: from each term of the two series to the next. */
const COSINE_STEPS = Array.from({ length: 10 }, (_, i) => 1 / ((20 - 2 * i) * (19 - 2 * i)));
const SINE_STEPS = Array.from({ length: 10 }, (_, i) => 1 / ((20 - 2 * i) * (21 - 2 * i)));

/**
 * Cosine and sine of `turns`·2π, for 0 ≤ turns < 1: the angle is brought into [0, π/4] by symmetry, where ten terms of the
 * series reach 2⁻⁵³.
 */
export function cosineAndSineOfTurns(turns: number): { cosine: number; sine: number } {
  const eighths = Math.floor(turns * 8);
  const within = turns - eighths / 8;
  // Odd eighths are measured back from their end, so that the angle stays small.
  const x = 2 * Math.PI * (eighths % 2 === 0 ? within : 0.125 - within);
  const square = x * x;
  let cosine = 1;
  let sine = 1;
  for (let i = 0; i < 10; i += 1) {
    cosine = 1 - square * COSINE_STEPS[i]! * cosine;
    sine = 1 - square * SINE_STEPS[i]! * sine;
  }
  sine *= x;
  switch (eighths) {
    case 0:
      return { cosine, sine };
    case 1:
      return { cosine: sine, sine: cosine };
    case 2:
      return { cosine: -sine, sine: cosine };
    case 3:
      return { cosine: -cosine, sine };
    case 4:
      return { cosine: -cosine, sine: -sine };
    case 5:
      return { cosine: -sine, sine: -cosine };
    case 6:
      return { cosine: sine, sine: -cosine };
    default:
      return { cosine, sine: -sine };
  }
}
