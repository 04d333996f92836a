import { epochMsOf, type Timeline } from '../timeline.js';
import type { FunctionLog } from '../functions.js';
import type { Activation } from './activation.js';
import { executionReport, type ExecutionReport } from './execution-report.js';

/** An entry of a log: its time, epoch ms, and its text, which ends in a newline. */
export type LogEntry = readonly [atMs: number, message: string];

/**
 * The log of one execution as Lambda writes it into a stream, in the order of its times: INIT_START in an instance's first,
 * START, what the function wrote, why it was ended, END, REPORT. What was read of it
 * before the hand-over, which it wrote while it was loaded, comes before START.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
export function executionLog(activation: Activation, log: FunctionLog): LogEntry[] {
  const { timeline, logs } = activation;
  const wholeMs = clockOf(timeline);
  const report = executionReport(activation);
  const word = log.format === 'JSON' ? jsonLines : textLines;
  const { initStart, start, failedInit, faults, end } = word(activation, report, log);
  const doneMs = wholeMs(timeline.done ?? timeline.accept);
  const startMs = Math.min(doneMs, wholeMs(timeline.run ?? timeline.spawn ?? timeline.done ?? timeline.accept));
  // What came through the pipes after the end was written before it.
  const written = logs.map((line): LogEntry => [Math.min(doneMs, timeIn(line)), `${textIn(line)}\n`]);
  const entries: LogEntry[] = [];
  if (timeline.spawn !== null) entries.push([wholeMs(timeline.spawn), initStart]);
  if (timeline.run !== null) entries.push(...written.filter(([atMs]) => atMs < startMs));
  entries.push([startMs, start]);
  entries.push(...(timeline.run === null ? written : written.filter(([atMs]) => atMs >= startMs)));
  const last = [...(report.failedInitMs === null ? [] : [failedInit]), ...faults, ...end];
  return [...entries, ...last.map((line): LogEntry => [doneMs, line])];
}

interface Lines {
  initStart: string;
  start: string;
  failedInit: string;
  faults: string[];
  end: string[];
}

function textLines(
  { activationId, outcome, fn, timeline }: Activation,
  report: ExecutionReport,
  log: FunctionLog,
): Lines {
  const time = new Date(clockOf(timeline)(timeline.done ?? timeline.accept)).toISOString();
  const timedOut =
    outcome?.kind === 'timed_out' ? [`${time} ${activationId} ${timeoutWords(outcome.limitMs)}\n\n`] : [];
  const how = outcome?.kind === 'exited' ? outcome.how : 'signal: killed';
  const exited =
    outcome?.kind === 'exited' || outcome?.kind === 'out_of_memory'
      ? [`RequestId: ${activationId} Error: ${exitWords(how)}\nRuntime.ExitError\n`]
      : [];
  return {
    initStart: `INIT_START Runtime Version: ${log.runtimeVersion}\tRuntime Version ARN: ${log.runtimeVersionArn}\n`,
    start: `START RequestId: ${activationId} Version: ${fn.version}\n`,
    failedInit: `INIT_REPORT ${pairs([['Init Duration', ms(report.failedInitMs)], ['Phase', 'invoke'], ...ending(report)])}\n`,
    faults: [...timedOut, ...exited],
    end: [`END RequestId: ${activationId}\n`, reportLine(activationId, report)],
  };
}

/** `REPORT RequestId: …`, its pairs parted and ended by tabs. */
function reportLine(requestId: string, report: ExecutionReport): string {
  const { durationMs, billedMs, initMs, memorySizeMb, maxMemoryUsedMb } = report;
  return `REPORT ${pairs([
    ['RequestId', requestId],
    ['Duration', ms(durationMs)],
    ['Billed Duration', `${billedMs} ms`],
    ['Memory Size', `${memorySizeMb} MB`],
    ['Max Memory Used', maxMemoryUsedMb === null ? null : `${maxMemoryUsedMb} MB`],
    ['Init Duration', ms(initMs)],
    ...ending(report),
  ])}\t\n`;
}

type Pair = readonly [key: string, value: string | null];

function ending({ status, errorType }: ExecutionReport): Pair[] {
  return [
    ['Status', status === 'success' ? null : status],
    ['Error Type', errorType],
  ];
}

function pairs(all: readonly Pair[]): string {
  return all.flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`])).join('\t');
}

function ms(value: number | null): string | null {
  return value === null ? null : `${value.toFixed(2)} ms`;
}

function jsonLines(activation: Activation, report: ExecutionReport, log: FunctionLog): Lines {
  const { activationId: requestId, fn, timeline } = activation;
  const { status, errorType, durationMs, billedMs, initMs, failedInitMs, memorySizeMb, maxMemoryUsedMb } = report;
  const wholeMs = clockOf(timeline);
  const platformLine = (ns: number, type: string, record: object): string =>
    `${JSON.stringify({ time: new Date(wholeMs(ns)).toISOString(), type: `platform.${type}`, record })}\n`;
  const doneNs = timeline.done ?? timeline.accept;
  const spawnNs = timeline.spawn ?? doneNs;
  const init = { initializationType: 'on-demand', phase: failedInitMs === null ? 'init' : 'invoke' };
  const ended = { status, ...(errorType === null ? {} : { errorType }) };
  const runtimeDone = platformLine(doneNs, 'runtimeDone', { requestId, ...ended, metrics: { durationMs } });
  return {
    initStart: platformLine(spawnNs, 'initStart', {
      ...init,
      runtimeVersion: log.runtimeVersion,
      runtimeVersionArn: log.runtimeVersionArn,
      functionName: fn.name,
      functionVersion: fn.version,
    }),
    start: platformLine(timeline.run ?? spawnNs, 'start', { requestId, version: fn.version }),
    failedInit: platformLine(doneNs, 'initReport', { ...init, ...ended, metrics: { durationMs: failedInitMs } }),
    faults: status === 'success' ? [] : [runtimeDone],
    end: [
      platformLine(doneNs, 'report', {
        requestId,
        ...ended,
        metrics: {
          durationMs,
          billedDurationMs: billedMs,
          memorySizeMB: memorySizeMb,
          ...(maxMemoryUsedMb === null ? {} : { maxMemoryUsedMB: maxMemoryUsedMb }),
          ...(initMs === null ? {} : { initDurationMs: initMs }),
        },
      }),
    ],
  };
}

/** Whole epoch milliseconds by the clock that stamps records. */
function clockOf({ recordSkewMs }: Timeline): (ns: number) => number {
  return (ns) => Math.floor(epochMsOf(ns) + recordSkewMs);
}

/** Lambda's words for the end of an execution at its limit. */
export function timeoutWords(limitMs: number): string {
  return `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`;
}

/** Lambda's words for a process that ended by itself. @param how `exit status 1`, `signal: killed`; null = status 0 */
export function exitWords(how: string | null): string {
  return how === null ? 'Runtime exited without providing a reason' : `Runtime exited with error: ${how}`;
}

/** `2026-11-21T08:28:47.328730463Z text` */
function timeIn(line: string): number {
  return Date.parse(line.slice(0, line.indexOf(' ')));
}

function textIn(line: string): string {
  return line.slice(line.indexOf(' ') + 1);
}
