import type { Ledger, Manifest, Verdict } from '../records/manifest.js';
import type { Estimate } from '../statistics/estimate.js';
import type { Cost } from './cost/model.js';
import type { ColdStarts, RunSeries } from './dynamics.js';
import type { Monitoring } from './monitors/monitor-table.js';

/** What `analysis.json` and `--json` hold: everything the summary, the report and a script want to know of one run. */
export interface Analysis {
  format: 'faaslab-analysis/1';
  run_id: string;
  /** the run's test name, or what `--override_testname` made of it */
  test_name: string;
  manifest: Manifest;
  ledger: Ledger;
  verdict: Verdict;
  records: RecordsRead;
  period: InvocationPeriod;
  /** the predecessor's figures over all activations joined to invocations */
  summary: { all: SummaryLine; warm: SummaryLine; cold: SummaryLine };
  /** all invocations of the run; its name is `overall` */
  overall: GroupFigures;
  functions: GroupFigures[];
  instances: GroupFigures[];
  stat: StatRow[];
  cost: Cost;
  cold_starts: ColdStarts;
  series: RunSeries;
  monitoring: Monitoring;
  errors: ErrorKind[];
  thresholds: ThresholdResult[];
  warnings: string[];
}

export interface RecordsRead {
  /** `openwhisk`, `couchdb`, `records` … */
  source: string;
  /** activations read that belong to this test */
  read: number;
  /** invocations that have an activation id */
  expected: number;
  /** of these, without a record when the wait was over */
  missing: number;
  complete: boolean;
}

/** From the platform's starts: first start to last start. Null without activations. */
export interface InvocationPeriod {
  seconds: number | null;
  rate_per_s: number | null;
}

export interface SummaryLine {
  n: number;
  init_ms: Moments;
  execution_ms: Moments;
  latency_ms: Moments;
}

/** Over the rows where the value is known (n); std is the sample one (n − 1); quantiles interpolate linearly (type 7). */
export interface Moments {
  n: number;
  mean: number | null;
  std: number | null;
  p50: number | null;
  p99: number | null;
}

/** One function or one instance. */
export interface GroupFigures {
  name: string;
  /** the function an instance invokes; the name itself for a function */
  function: string;
  planned: number;
  ok: number;
  failed: number;
  dropped: number;
  lost: number;
  /** invocations with a response time: answered whole, or timed out (with the time waited, a lower bound) */
  answered: number;
  /** invocations answered by acceptance (202); their time is in `acceptance_ms` */
  accepted: number;
  response_ms: Quantiles;
  service_ms: Quantiles;
  acceptance_ms: Quantiles;
  error_rate: Estimate;
  /** cold ones among those of which it is known; no number where that would say something of a biased part only */
  cold_share: Estimate;
  cold_count: number;
  /** executions (of no sequence) of which it is not known whether they were cold */
  cold_unknown: number;
  wait_ms: Moments;
  init_ms: Moments;
  execution_ms: Moments;
  duration_ms: Moments;
  parts: { all: Parts; warm: Parts; cold: Parts };
}

export interface Quantiles {
  mean: Estimate;
  p50: Estimate;
  p90: Estimate;
  p99: Estimate;
}

/**
 * Mean and p99 of each part of the response time, over the rows where all parts are known (n). They sum to response_ms.
 * `network_front_wait_ms` stands for `network_front_ms` and `wait_ms` where the platform told no wait; what does not occur
 * is null.
 */
export interface Parts {
  n: number;
  /** rows in which a part is negative (two clocks): counted, never clipped */
  negative: number;
  mean: Record<PartName, number | null>;
  p99: Record<PartName, number | null>;
}

export const PART_NAMES = [
  'lateness_ms',
  'send_wait_ms',
  'network_front_ms',
  'network_front_wait_ms',
  'wait_ms',
  'init_ms',
  'execution_ms',
] as const;
export type PartName = (typeof PART_NAMES)[number];

/** A row of the stat frame: an instance or a function. */
export interface StatRow {
  scope: 'instance' | 'function';
  name: string;
  function: string;
  distribution: string | null;
  rate: number | null;
  configured_rate: number | null;
  throughput: number | null;
  rel_stress: number | null;
  planned: number;
  ok: number;
  failed: number;
  dropped: number;
  lost: number;
}

export interface ErrorKind {
  function: string;
  outcome: string;
  error: string;
  status: number | null;
  count: number;
  /** one message as an example, from the platform's record or the kept answer; may hold anything: escape it */
  example: string | null;
}

export interface ThresholdResult {
  name: string;
  /** `overall` or the instance */
  scope: string;
  condition: string;
  value: number | null;
  met: boolean | null;
  /** why it cannot be judged; null where it was */
  note: string | null;
}
