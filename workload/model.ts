import type { MmppState } from './arrivals/mmpp.js';
import type { RateProfile } from './rate-profile.js';
import type { Arrivals } from './traces/trace-file.js';

/** What a test is, after its config was read, checked and resolved. Units stand in the names. */
export interface Workload {
  testName: string;
  durationS: number;
  /** the seed in use: the config's, or the one drawn when it said null */
  seed: number;
  /** whether to wait for the result of an invocation; null where the endpoint decides */
  blocking: boolean | null;
  endpoint: EndpointConfig;
  /** in the order of the config */
  instances: InstanceSpec[];
  monitoring: MonitoringConfig;
  limits: Limits;
  /** as the config has them, e.g. `{"response_ms.p99": "< 500", "instance1": {"error_rate": "< 0.01"}}`; checked */
  thresholds: ThresholdsConfig;
  source: WorkloadSource;
  /** what a user should know although the test can run, one sentence each */
  warnings: string[];
}

/** Where the workload came from: recorded in the manifest so that a run can be repeated and checked. */
export interface WorkloadSource {
  configPath: string;
  configSha256: string;
  /** the config with every default filled in, as JSON; holds no secret */
  resolved: Record<string, unknown>;
  /** SHA-256 of every file that was read, by absolute path */
  files: Record<string, string>;
}

/** Conditions by metric, overall or, nested under an instance's name, for that instance. */
export type ThresholdsConfig = Record<string, string | Record<string, string>>;

export interface Limits {
  maxInFlight: number;
  timeoutMs: number;
  /** p99 of lateness and of send lag above this make a run invalid */
  latenessBudgetMs: number;
  /** how much of each answer is kept; 0 = none */
  responseBodyBytes: number;
}

export type EndpointKind = 'local_openwhisk' | 'embedded' | 'generic' | 'lambda' | 'wsk';

export interface EndpointConfig {
  kind: EndpointKind;
  apiHost?: string;
  namespace?: string;
  insecure?: boolean;
  /** wsk: processes at once; always there for that kind */
  maxProcesses?: number;
  region?: string;
  endpointUrl?: string;
  invocationType?: 'RequestResponse' | 'Event';
  qualifier?: string;
}

/** A named stream of invocations of one function. */
export interface InstanceSpec {
  name: string;
  /** the function it invokes, as the config names it; for generic endpoints the application or, without one, the URL's path */
  application: string;
  arrivals: ArrivalSpec;
  /** open interval in seconds within which arrivals are kept, already cut to the test; null = the whole test */
  windowS: [number, number] | null;
  payload: Payload;
  /** generic endpoints only */
  http?: HttpTarget;
}

export type ArrivalSpec =
  | { process: 'Poisson' | 'Uniform' | 'Constant'; ratePerS: number | RateProfile }
  /** cv = coefficient of variation of the gaps */
  | { process: 'Gamma'; ratePerS: number | RateProfile; cv: number }
  | { process: 'MMPP'; states: MmppState[] }
  | { process: 'list'; interarrivalsS: number[] }
  | { process: 'Trace'; replay: TraceReplay };

/** How one function of a trace is replayed. */
export interface TraceReplay {
  /** the instance of the config that it belongs to; with the function it names its random streams */
  instance: string;
  /** the function, as the trace names it: `owner/app/function`, `app/function` or a name */
  functionId: string;
  /** within the selected window, from its beginning */
  arrivals: Arrivals;
  /** quantiles of its durations in ms, where its trace counts a minute and a file tells them */
  quantilesMs: Float64Array | null;
  /** seconds of the test in a second of the trace */
  timeScale: number;
  /** share of the arrivals that is kept; above 1 how often a count is repeated */
  rateScale: number;
  durationScale: number;
  /** how a minute's count is spread over it */
  spread: 'uniform' | 'even';
  /** the `trace` of a resolved config: everything from which the arrivals can be read again */
  recorded: Record<string, unknown>;
}

export type Payload =
  | { kind: 'none' }
  /** the JSON object of `param_file`, already serialised */
  | { kind: 'params'; json: string }
  /** the JSON objects of a `params` list, already serialised; an invocation's `input` is its place in the list */
  | { kind: 'list'; jsons: string[]; order: 'cycle' | 'random' }
  /**
   * The planned duration of a trace: an invocation's `input` is its duration in milliseconds, sent as `parameter` beside
   * the other parameters in `json` (`{}` where there are none).
   */
  | { kind: 'duration'; parameter: string; json: string }
  /** the bytes of `data_file`, or of `data` that is no JSON; the Content-Type by signature or as the config says */
  | { kind: 'data'; contentType: string; bytes: Uint8Array };

export interface HttpTarget {
  url: string;
  method: string;
  /** values may hold `${ENV_NAME}`, expanded only when sent */
  headers: Record<string, string>;
}

/** What watches the hosts while a test runs. */
export interface MonitoringConfig {
  runtimeScript: MonitorScript | null;
  postScript: MonitorScript | null;
  /** of the built-in sampler on the invoker's own host; null where it is off */
  samplerIntervalMs: number | null;
  /** watched by OpenSSH */
  hosts: RemoteHost[];
  kubernetes: KubernetesPods | null;
}

/** A host of the platform, reached by OpenSSH. */
export interface RemoteHost {
  name: string;
  /** `user@host`, or a name of ~/.ssh/config */
  ssh: string;
  /** null where ~/.ssh/config decides */
  port: number | null;
  samplerIntervalMs: number | null;
  runtimeScript: MonitorScript | null;
}

/** Which pods of a cluster are the platform's workers. */
export interface KubernetesPods {
  namespace: string;
  selector: string;
  context: string | null;
  kubeconfig: string | null;
}

/** A monitor script that was found before anything started. */
export interface MonitorScript {
  path: string;
  /** the root under which it was found; FAAS_ROOT of the script's environment */
  faasRoot: string;
}

/** What a plan follows from: a Workload is one, and so is what a manifest says of a run. */
export interface PlanSource {
  durationS: number;
  seed: number;
  instances: PlannedInstance[];
}

/** The part of an instance that its rows follow from: their times, and by the payload their inputs. */
export type PlannedInstance = Pick<InstanceSpec, 'name' | 'arrivals' | 'windowS'> &
  Partial<Pick<InstanceSpec, 'payload'>>;

/** One planned invocation. */
export interface PlanRow {
  /** place in the plan, from 0 */
  seq: number;
  /** index into Workload.instances */
  instance: number;
  /** microseconds since plan zero, an integer */
  plannedUs: number;
  /** what it sends, among what its instance may send: a place in a list, or a duration in ms; 0 where there is one payload */
  input: number;
}

/** All invocations of a test, in order: planned time, then instance name by code unit, then index in the instance. */
export interface Plan {
  /** a fresh pass over the rows, lazily merged: memory does not grow with the length of the test */
  rows(): IterableIterator<PlanRow>;
}

/** What one pass over a plan tells, needed before the first row fires. */
export interface PlanSummary {
  planned: number;
  /** planned rows of each instance, by its index */
  perInstance: number[];
  /** SHA-256 over the lines `seq,instance,planned_us\n` */
  sha256: string;
  /** planned rows of the busiest 60 s, counted in whole seconds from plan zero */
  busiestMinute: number;
  firstRows: PlanRow[];
  lastPlannedUs: number | null;
}
