import type { WorkerPods } from './worker-pods-model.js';

/** What the monitors of a run saw, on the run's own axis. */
export interface Monitoring {
  tables: MonitorTable[];
  /** where the workers ran; null where no cluster was watched */
  pods: WorkerPods | null;
}

/** One table of one host, in `<folder>/<table>.parquet`. */
export interface MonitorTable {
  host: string;
  /** `perf`, `sampler`, `sampler_workers` … */
  table: string;
  /** the Parquet file, relative to the run directory */
  file: string;
  /** what the tool wrote, relative to the run directory */
  source: string;
  rows: number;
  /** beside `time_ms` */
  columns: string[];
  /** first and last reading, milliseconds since plan zero */
  from_ms: number | null;
  to_ms: number | null;
  /** how far the times of this host's readings may be off, ±; null where nobody knows */
  uncertainty_ms: number | null;
  /** its times rest on when its script was started, or on a clock that nobody read */
  approximate: boolean;
  /** lines of the source, and those that are not of its format */
  lines: number;
  unknown_lines: number;
}
