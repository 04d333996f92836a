/** A row of pictures in the panel of a host: a few curves over the run's time, from one table of its monitors. */
export interface HostRow {
  table: string;
  /** of the y axis, a line each: of what, in which unit */
  title: readonly string[];
  curves: RowCurves;
  /** `level`: how it stood at that moment; `rate`: over the time since the reading before; `events`: of all in a bin of the axis */
  kind: 'level' | 'rate' | 'events';
  stacked?: true;
  /** fixed end of the y axis: a number, or SQL over the table's rows */
  top?: number | string;
}

/** Curves by their labels, or one for each name in a column, the largest first. */
export type RowCurves =
  | { named: readonly HostCurve[] }
  | { each: 'function' | 'group'; needs: string; value: string; most: number };

export interface HostCurve {
  label: string;
  /** columns without which there is no such curve */
  needs: readonly string[];
  /** SQL over the rows of one moment, of which a table may have several (one a core), or over the events of one bin */
  value: string;
}

export const curve = (
  label: string,
  column: string,
  value = (name: string): string => `any_value(${name})`,
): HostCurve => ({
  label,
  needs: [column],
  value: value(`"${column}"`),
});
export const scaled =
  (divisor: number, aggregate = 'any_value') =>
  (name: string): string =>
    `${aggregate}(${name}) / ${divisor}`;
/** A count of an interval as a rate: `seconds` is how long that interval was. */
export const perSecond = (name: string): string => `sum(${name}) / any_value(seconds)`;
export const average = (name: string): string => `avg(${name})`;

export const MB = 1e6;
export const GIB = 2 ** 30;
export const MIB = 2 ** 20;
