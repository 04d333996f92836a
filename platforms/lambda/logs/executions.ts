import type { ExecutionReport } from '../report-line.js';
import { isFailure, parseLogLine, type LogLine, type Trace } from './log-line.js';

/** One entry of a log, wherever it was read. */
export interface LogEvent {
  message: string;
  /** epoch ms; null where the place does not tell */
  atMs: number | null;
  /** which execution environment wrote it; null where the place does not tell */
  logStream: string | null;
  /** which function's log it is, where the place tells */
  logGroup: string | null;
}

/** One execution, from all that its log says of it. Retries of an Event are executions of the same request id. */
export interface Execution {
  report: ExecutionReport;
  trace: Trace | null;
  logStream: string | null;
  logGroup: string | null;
  /** epoch ms: the handler began, after an init */
  startMs: number | null;
  /** epoch ms: Lambda was done with it */
  endMs: number | null;
  /** an init failed in this environment before, so that it was made again within this execution */
  failedInit: boolean;
  /** how Lambda ended it, in its own words */
  fault: string | null;
}

export interface LogCounts {
  lines: number;
  reports: number;
  /** lines that the function itself wrote */
  foreign: number;
}

/** Puts executions together from the lines of their logs. */
export interface ExecutionReader {
  /** takes the next entry, in order of time within each log stream; hands out what is now known whole */
  add(event: LogEvent): Execution[];
  /** hands out the rest: there are no more lines */
  end(): Execution[];
  readonly counts: LogCounts;
}

/** What is known of an environment and not handed out yet, by request id: some execute several requests at a time. */
interface Environment {
  starts: Map<string, number | null>;
  ends: Map<string, { status: string | null; errorType: string | null }>;
  faults: Map<string, string>;
  failedInit: boolean;
  /** reported, but what follows may belong to it: older logs tell a timeout after the report */
  last: Execution | null;
}

/**
 * Reads logs line by line. Only what belongs to the latest execution of each environment is held, so logs of any length
 * can be read. Lines that the function wrote are counted and left alone.
 */
export function executionReader(): ExecutionReader {
  const environments = new Map<string, Environment>();
  const counts: LogCounts = { lines: 0, reports: 0, foreign: 0 };

  function environmentOf({ logGroup, logStream }: LogEvent): Environment {
    const key = `${logGroup ?? ''}\n${logStream ?? ''}`;
    let environment = environments.get(key);
    if (environment === undefined) {
      environment = { starts: new Map(), ends: new Map(), faults: new Map(), failedInit: false, last: null };
      environments.set(key, environment);
    }
    return environment;
  }
  return {
    counts,
    add(event) {
      counts.lines += 1;
      const line = parseLogLine(event.message);
      if (line === null) {
        counts.foreign += 1;
        return [];
      }
      if (line.kind === 'report') counts.reports += 1;
      return learn(environmentOf(event), line, event);
    },
    end() {
      const rest = [...environments.values()].flatMap(({ last }) => (last === null ? [] : [last]));
      environments.clear();
      return rest;
    },
  };
}

function learn(environment: Environment, line: LogLine, event: LogEvent): Execution[] {
  const { last, starts } = environment;
  switch (line.kind) {
    case 'report':
      environment.last = executionOf(environment, line, event);
      environment.failedInit = false;
      for (const said of [starts, environment.ends, environment.faults]) said.delete(line.report.requestId);
      return last === null ? [] : [last];
    case 'start': {
      const atMs = line.atMs ?? event.atMs;
      // Of one millisecond the report may be listed before the start.
      if (last?.report.requestId === line.requestId && last.startMs === null && last.endMs === atMs)
        last.startMs = atMs;
      else starts.set(line.requestId, atMs);
      return [];
    }
    case 'end':
      // In text it says nothing that is not known.
      if (line.status !== null) environment.ends.set(line.requestId, line);
      return [];
    case 'init-report':
      // Phase `invoke` is an init that was made again. One that failed in phase `init` will be, by the next execution.
      environment.failedInit ||= line.phase === 'invoke' || line.failed;
      return [];
    case 'fault':
      if (last?.report.requestId === line.requestId && !starts.has(line.requestId)) last.fault ??= line.message;
      else environment.faults.set(line.requestId, line.message);
      return [];
    case 'trace':
      if (last !== null) last.trace ??= line.trace;
      return [];
    case 'other':
      return [];
  }
}

function executionOf(
  { starts, ends, faults, failedInit }: Environment,
  { report, trace, atMs }: Extract<LogLine, { kind: 'report' }>,
  { logStream, logGroup, atMs: eventMs }: LogEvent,
): Execution {
  const { requestId } = report;
  const end = ends.get(requestId);
  // The word of runtimeDone counts where it is a failure, or where the report has none.
  const isEndsWord =
    end !== undefined && !isFailure(report.status) && (report.status === null || isFailure(end.status));
  const { status, errorType } = isEndsWord ? end : report;
  return {
    report: { ...report, status, errorType },
    trace,
    logStream,
    logGroup,
    startMs: starts.get(requestId) ?? null,
    endMs: atMs ?? eventMs,
    failedInit,
    fault: faults.get(requestId) ?? null,
  };
}
