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
    for (const step of steps) values.push(step * tenTo(power));
  return {
    scale: { type: 'log', domain: [low, high], nice: false },
    axis: { values: values.filter((value) => value >= low && value <= high), format: ',~r', grid: true },
  };
}

/** 10 to a whole power as the nearest double: 0.001 and not 0.0010000000000000002. */
function tenTo(power: number): number {
  return Number(`1e${power}`);
}

function roundDown(value: number, steps: number[]): number {
  const power = tenTo(Math.floor(Math.log10(value)));
  return power * (steps.findLast((step) => step * power <= value) ?? 1);
}

function roundUp(value: number, steps: number[]): number {
  const power = Math.floor(Math.log10(value));
  return [...steps, 10].map((step) => step * tenTo(power)).find((bound) => bound >= value) ?? tenTo(power + 1);
}
