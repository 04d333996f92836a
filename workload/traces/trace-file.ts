/** A function of a trace, as its file names it. */
export interface TraceFunction {
  /** `owner/app/function`, `app/function` or, in a plain CSV, its name; unique within the trace */
  id: string;
  /** the parts of the id */
  parts: string[];
  /** its invocations within the window */
  invocations: number;
}

/** What is wrong with rows that are nevertheless used; each is told in a sentence. */
export interface Dirt {
  /** rows of a function that has one already (2019, where a row is a whole day) */
  repeated: number;
  /** values below zero, within the window */
  negative: number;
  /** events that begin before the trace's own zero, where no window was selected */
  beforeZero: number;
}

/** What a first pass over a trace tells: enough to choose functions, and nothing of their arrivals. */
export interface Survey {
  functions: TraceFunction[];
  sha256: string;
  dirt: Dirt;
  /** where the window ends, in the unit of the format; Infinity where it is open */
  end: number;
}

/** The arrivals of one function within the window. */
export type Arrivals =
  /** invocations in each minute of the window */
  | { kind: 'counts'; perMinute: Uint32Array }
  /** in seconds since the window's beginning, ascending; durations where the trace tells them */
  | { kind: 'events'; startsS: Float64Array; durationsMs: Float64Array | null };

/** The second pass: the arrivals of the chosen functions, by id. */
export interface Collected {
  arrivals: Map<string, Arrivals>;
  sha256: string;
}

/** Half-open, in minutes for azure2019, else in seconds, both since the trace's own zero. */
export type Window = readonly [from: number, to: number];

export function noDirt(): Dirt {
  return { repeated: 0, negative: 0, beforeZero: 0 };
}
