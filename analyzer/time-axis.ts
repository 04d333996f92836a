/** The run's own time axis, from plan zero. */
export interface TimeAxis {
  /** end of the axis, milliseconds */
  endMs: number;
  /** width of a bin, milliseconds: a round number, about 120 bins a run */
  binMs: number;
  bins: number;
  /** milliseconds in the unit that the axis is labelled in */
  unitMs: number;
  unit: 's' | 'min' | 'h';
}

const BINS = 120;

/** An axis whose bins have a round width (1, 2 or 5 times a power of ten, in milliseconds) and cover `lastMs`. */
export function axisUpTo(lastMs: number): TimeAxis {
  const power = 10 ** Math.floor(Math.log10(lastMs / BINS));
  const binMs = power * [1, 2, 5, 10].find((step) => step * power * BINS >= lastMs)!;
  return axisOf(binMs, Math.floor(lastMs / binMs) + 1);
}

/** The axis that has these bins. */
export function axisOf(binMs: number, bins: number): TimeAxis {
  const lastBinMs = (bins - 1) * binMs;
  const [unit, unitMs] =
    lastBinMs <= 600_000 ? (['s', 1e3] as const) : lastBinMs <= 18e6 ? (['min', 6e4] as const) : (['h', 36e5] as const);
  return { endMs: bins * binMs, binMs, bins, unit, unitMs };
}
