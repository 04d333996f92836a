import type { Estimate } from '../statistics/estimate.js';

/** Which executions had to wait for a new worker, and what was the case when they arrived. */
export interface ColdStarts extends ColdStartFigures {
  /** what answers of faas_measure added to the platform's word, and where they speak against it */
  measured: MeasuredWorkers;
  /** of the known ones, those without any time: they are in no class below */
  untimed: number;
  /** of those in the classes, the ones whose times are the client's (sent, end), since the platform tells none */
  timed_by_client: number;
  functions: ({ name: string } & ColdStartFigures)[];
}

export interface ColdStartFigures {
  count: number;
  /** executions of which it is known whether they were cold */
  known: number;
  /** count / known; no number where the known ones may be of one kind */
  share: Estimate;
  by_idle_gap: ColdStartClass[];
  by_concurrency: ColdStartClass[];
}

/** Executions that met one circumstance; a class that none met is left out. */
export interface ColdStartClass {
  /** one of IDLE_GAPS or CONCURRENCIES */
  class: string;
  cold: number;
  n: number;
}

/** Time since the last execution of the same function ended, where none was under way. */
export const IDLE_GAPS = [
  'first of its function',
  'others running',
  'idle < 1 s',
  'idle 1–10 s',
  'idle 10–60 s',
  'idle 1–10 min',
  'idle ≥ 10 min',
] as const;

/** Executions of the same function that were waiting or running when this one arrived. */
export const CONCURRENCIES = [
  'none running',
  '1 running',
  '2–3 running',
  '4–7 running',
  '8–15 running',
  '16 or more',
] as const;

export interface MeasuredWorkers {
  /** answers that told exist_id and new_id */
  answers: number;
  /** of these, where the platform named no worker */
  workers_filled: number;
  /** where the platform did not say whether it was cold */
  cold_filled: number;
  /** where the platform says the opposite; its word is kept */
  disagreeing: number;
}

/** The run over time: bin i holds [i · bin_ms, (i + 1) · bin_ms) since plan zero. Each list has `bins` numbers. */
export interface RunSeries {
  bin_ms: number;
  bins: number;
  /** added to the platform's times, so that nothing ends after its answer; null where the platform tells no time */
  clock_offset_ms: number | null;
  planned_per_s: number[];
  fired_per_s: number[];
  /** what did not fail, when it was done */
  completed_per_s: number[];
  /** sent and without an end, the most at one moment of the bin */
  in_flight: number[];
  /** workers between the begin of their first and the end of their last execution, the most at one moment; null where none is told */
  live_workers: number[] | null;
  /** executions known, and those of them that told their worker: the others' workers are not among the live */
  executions: number;
  workers_told: number;
  /** failed, dropped and lost rows by kind, in the bin in which they were planned */
  errors: Record<string, number[]>;
  /** of these, the throttled */
  throttled: number[];
}
