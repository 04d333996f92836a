import type { Spec } from '../plotting/spec.js';

/** How long a customized plot may take to load, and to draw with all that it asks of the tables. */
export const USUAL_PLOT_LIMIT_S = 300;

/** What the thread of a customized plot is started with. */
export interface PlotSetup {
  /** as the user named it, for what is told of it */
  file: string;
  path: string;
}

/** A combined table, by its name in SQL. */
export interface TableNames {
  test: string;
  stat: string;
  /** by tool */
  perfs: Record<string, string>;
}

/** From the program to the thread. */
export type PlotOrder =
  | { type: 'draw'; tables: TableNames; out: string }
  | { type: 'answer'; id: number; rows: Record<string, unknown>[] }
  | { type: 'refusal'; id: number; message: string };

/** From the thread to the program. */
export type PlotReport =
  | { type: 'loaded' }
  /** it cannot be loaded, in words for the user */
  | { type: 'refused'; message: string }
  /** all rows of a table, or those of a select */
  | { type: 'query'; id: number; table: string; sql: string | null }
  | { type: 'specs'; specs: [name: string, spec: Spec][] }
  /** what went wrong, with file and line */
  | { type: 'fault'; message: string };
