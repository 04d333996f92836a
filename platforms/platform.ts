import type { Outcome } from '../records/invocations.js';
import type { MeasuredIds } from '../records/measured-ids.js';
import type { Manifest } from '../records/manifest.js';
import type { RecordFormat } from '../records/record-format.js';
import type { PlanSummary } from '../workload/model.js';

/**
 * How the laboratory talks to a platform. Three small interfaces, one a moment: before the run (Platform), in the firing
 * thread (InvocationPort) and after the run (ActivationSource).
 */
export interface Platform {
  /** what the manifest says of the endpoint; never a credential, no user info or query in the URL */
  readonly endpoint: EndpointSummary;
  /**
   * Asks the platform whether the test can run: it answers, accepts the key, knows every function.
   * @returns warnings, one sentence each (e.g. the plan's busiest minute exceeds the platform's limit)
   * @throws  PlatformError (unreachable, wrong key), ConfigError (unknown function)
   */
  preflight(plan: PlanSummary): Promise<string[]>;
  /** what the firing thread needs to send invocations */
  firing(): FiringModule;
}

/** What the manifest says of an endpoint; never a credential. */
export type EndpointSummary = Manifest['endpoint'];

/** A module that the firing thread imports, and what it is opened with. The descriptor crosses threads: plain data only. */
export interface FiringModule {
  /** URL of a compiled module that exports `openPort: OpenPort` */
  moduleUrl: string;
  descriptor: unknown;
}

export type OpenPort = (descriptor: unknown, options: PortOptions) => Promise<InvocationPort>;

export interface PortOptions {
  /** invocations that may be under way at once; connections grow up to it */
  maxInFlight: number;
  timeoutMs: number;
  /** how much of each answer's body is handed on; 0 = none */
  responseBodyBytes: number;
}

/** Where a flight goes that has its answer. */
export type Landed = (flight: Flight) => void;

/** Sends invocations from the firing thread. Every `send` leads to exactly one call of `landed`, whatever happens. */
export interface InvocationPort {
  /** opens connections before plan zero without sending a request; failures are left to the rows that meet them */
  warm(connections: number): Promise<void>;
  /**
   * @param flight what to send; the port writes its answer into it
   * @param landed called exactly once, with the same flight; after that the port forgets it, for it is used again
   */
  send(flight: Flight, landed: Landed): void;
  close(): Promise<void>;
  /** a port of the same kind to a server that answers at once, for a rehearsal before the test; absent or null = there is none */
  rehearsal?(): Promise<InvocationPort | null>;
}

/** How one invocation ended, as the client saw it. Times are of `monotonicMs()`. */
export interface Answer {
  outcome: Exclude<Outcome, 'dropped'>;
  /** null exactly when outcome is `ok` */
  error: string | null;
  status: number | null;
  activationId: string | null;
  /** the first byte goes to the socket; null if it never did */
  sentMs: number | null;
  firstByteMs: number | null;
  /** the answer is complete, or the fault was known */
  endMs: number;
  requestBytes: number;
  responseBytes: number | null;
  /** the first `responseBodyBytes` of the body as text, where the endpoint keeps bodies */
  body: string | null;
  /** the body was longer than what was kept of it */
  truncated: boolean;
  /** what the platform says of the execution with its answer: Lambda's REPORT line */
  report: string | null;
  /** what faas_measure told of its worker in a body of which only the beginning is kept */
  measuredIds: MeasuredIds | null;
}

/**
 * An invocation under way: a row of the plan, and the answer that its port writes. At tens of thousands a second an object
 * for each would keep the garbage collector busy, whose pauses are lateness: so they are used again.
 */
export interface Flight extends Answer {
  seq: number;
  /** index into Workload.instances */
  instance: number;
  /** see PlanRow */
  input: number;
  /** times of the row, in ms since plan zero */
  plannedMs: number;
  firedMs: number;
}

/** A flight that nothing is known of. Every field has its type from the start, so that all flights have one shape. */
export function emptyFlight(): Flight {
  return {
    seq: 0,
    instance: 0,
    input: 0,
    plannedMs: 0,
    firedMs: 0,
    outcome: 'ok',
    error: null,
    status: null,
    activationId: null,
    sentMs: null,
    firstByteMs: null,
    endMs: 0,
    requestBytes: 0,
    responseBytes: null,
    body: null,
    truncated: false,
    report: null,
    measuredIds: null,
  };
}

/** Where activations can be read after a run: OpenWhisk's API, its database, or what the invoker recorded. */
export interface ActivationSource {
  /** `openwhisk`, `couchdb`, … as in `--source` */
  readonly name: string;
  /** where it reads, for messages; never a credential */
  readonly place: string;
  /** what it reads grows no more: to wait for late records is of no use */
  readonly settled?: boolean;
  /** how its records are read as rows of activations; absent: they are such rows (`ActivationRow`) */
  readonly format?: RecordFormat;
  /** files with all that it has, a record a line, which are read where they lie: `activations` gives nothing then */
  readonly files?: readonly string[];
  /**
   * It reads executions from lines of logs. Of one id there may be several (retries), told apart by log stream, time and
   * duration; they are numbered, and what only all of them together tell is settled, when everything was read.
   */
  readonly fromLogs?: boolean;
  /**
   * The records of all activations whose start lies in the span, in batches, each once, in no promised order. May be called
   * again.
   * @throws PlatformError unreachable, wrong key, database missing
   */
  activations(span: EpochSpan, reader: ActivationReader): AsyncIterable<readonly unknown[]>;
  /**
   * Components of the run's sequences that were named and had no record yet, and when they began; null: none. They come
   * with a further reading of that span.
   */
  owed?(): (EpochSpan & { count: number }) | null;
  /** requests that failed so far and were asked again */
  repeated?(): number;
  /** records of others that it saw beside those that the reader awaited; absent where it hands over all it sees */
  othersSeen?(): number;
}

/** Who reads the activations of a run, and what it can be asked and told meanwhile. */
export interface ActivationReader {
  /** Which of these activations the run expects and has not read yet: a source can spare the server all others. */
  awaited(ids: readonly string[]): Promise<string[]>;
  /** what the user should know of the way the records are read, one sentence each */
  onWarning(warning: string): void;
  /** ends the reading: requests that are under way are given up */
  signal?: AbortSignal | undefined;
}

/** Epoch milliseconds, both ends included. */
export interface EpochSpan {
  sinceMs: number;
  uptoMs: number;
}
