import type { NamedColours } from '../../plotting/theme.js';
import type { Spec } from '../../plotting/spec.js';
import type { Tables } from '../../records/tables.js';
import type { Analysis } from '../analysis.js';
import type { TimeAxis } from '../time-axis.js';

/** A picture of a run: one question, one answer. */
export interface Chart {
  /** its file name without ending, unique: letters, digits, `-` */
  name: string;
  title: string;
  question: string;
  /** what to see, and what was binned, sampled or left out */
  caption: string;
  spec: Spec;
}

/** What every chart of a run is drawn from. */
export interface ChartSource {
  tables: Tables;
  analysis: Analysis;
  /** functions in order of their planned invocations, the largest first */
  functions: string[];
  colours: NamedColours;
  axis: TimeAxis;
  latency: LatencyMeasure;
}

/** Which column of `joined` stands for "how long it took": the client's where it waited for results, else the platform's. */
export interface LatencyMeasure {
  column: 'response_ms' | 'latency_ms';
  /** SQL of what is drawn of it: positive, for logarithmic axes; null where the column is */
  drawn: string;
  label: string;
  /** a sentence for captions */
  meaning: string;
  rows: number;
}

/** How many functions a picture shows; more lines than that cannot be told apart. */
export const SHOWN_FUNCTIONS = 7;

/** A sentence where functions were left out, else nothing. */
export function leftOutNote(functions: readonly string[], shown = SHOWN_FUNCTIONS): string {
  return functions.length > shown
    ? ` Of ${functions.length} functions the ${shown} with the most invocations are shown.`
    : '';
}

/** `1,234` */
export function counted(n: number): string {
  return n.toLocaleString('en-US');
}
