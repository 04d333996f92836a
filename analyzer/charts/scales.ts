/** A logarithmic scale for milliseconds with ticks at round numbers, so that labels never crowd. */
export interface LogScale {
  scale: { type: 'log'; domain: [number, number]; nice: false };
  axis: { values: number[]; format: string; grid: boolean };
}

/**
 * @param least smallest value shown, > 0
 * @param most  largest value shown
 */
export function logScale(least: number, most: number): LogScale {
  const steps = most / least > 300 ? [1] : most / least > 30 ? [1, 3] : [1, 2, 5];
  const low = roundDown(least, steps);
  const high = roundUp(Math.max(most, least * 1.0001), steps);
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1)
    for (const step of steps) values.push(round(step, power));
  return {
    scale: { type: 'log', domain: [low, high], nice: false },
    axis: { values: values.filter((value) => value >= low && value <= high), format: ',~r', grid: true },
  };
}

/** step · 10^power as the nearest double: 0.3 and not 0.30000000000000004. */
function round(step: number, power: number): number {
  return Number(`${step}e${power}`);
}

function roundDown(value: number, steps: number[]): number {
  return around(value, steps).findLast((tick) => tick <= value)!;
}

function roundUp(value: number, steps: number[]): number {
  return around(value, steps).find((tick) => tick >= value)!;
}

/** Ticks of three powers of ten: log₁₀ of a value just below a power may round up to it. */
function around(value: number, steps: number[]): number[] {
  const power = Math.floor(Math.log10(value));
  return [power - 1, power, power + 1].flatMap((near) => steps.map((step) => round(step, near)));
}
