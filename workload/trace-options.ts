import { shown } from '../common/shown.js';
import type { Findings, JsonPath } from './findings.js';
import type { Readable } from './read-fields.js';
import type { TraceInput } from './schema-trace.js';
import type { TraceFormat } from './traces/formats.js';
import type { FunctionChoice } from './traces/select-functions.js';
import type { Window } from './traces/trace-file.js';

/** What a config says of a trace, with every default filled in. */
export interface TraceOptions {
  format: TraceFormat;
  file: string;
  durationsFile: string | undefined;
  /** in the unit of the format; undefined = the whole trace */
  window: Window | undefined;
  choice: FunctionChoice;
  timeScale: number;
  rateScale: number;
  durationScale: number;
  spread: 'uniform' | 'even';
  /** null = durations are not sent */
  durationParameter: string | null;
}

/**
 * Reads the `trace` of an instance and checks what its keys say of each other.
 * @returns undefined where it does not say enough; findings say why
 */
export function readTraceOptions(
  given: Readable<TraceInput>,
  at: JsonPath,
  findings: Findings,
): TraceOptions | undefined {
  const { format, file } = given;
  if (format === undefined || file === undefined) return undefined;
  const counts = format === 'azure2019';
  for (const key of counts ? (['window_s'] as const) : (['minutes', 'durations_file', 'spread'] as const)) {
    if (given[key] === undefined) continue;
    const instead = key === 'window_s' ? '; use "minutes"' : key === 'minutes' ? '; use "window_s"' : '';
    findings.error([...at, key], `does not belong to format "${format}"${instead}`);
  }
  const window = counts ? given.minutes : given.window_s;
  if (window !== undefined && window[0] >= window[1]) {
    findings.error([...at, counts ? 'minutes' : 'window_s'], `must end after it begins, got ${shown(window)}`);
  }
  const rateScale = given.rate_scale ?? 1;
  if (!counts && rateScale > 1) {
    findings.error(
      [...at, 'rate_scale'],
      `must be at most 1 for format "${format}", got ${rateScale}: its events have times of their own, and copies of them would ` +
        'arrive at the same instant; choose more functions, or a smaller time_scale',
    );
  }
  return {
    format,
    file,
    durationsFile: given.durations_file,
    window,
    choice: choiceOf(given.functions, [...at, 'functions'], findings),
    timeScale: given.time_scale ?? 1,
    rateScale,
    durationScale: given.duration_scale ?? 1,
    spread: given.spread ?? 'uniform',
    durationParameter: given.duration_parameter === false ? null : (given.duration_parameter ?? 'ms'),
  };
}

function choiceOf(functions: Readable<TraceInput>['functions'], at: JsonPath, findings: Findings): FunctionChoice {
  if (functions === undefined) return { kind: 'all' };
  if (Array.isArray(functions)) return { kind: 'named', names: functions };
  const { top, sample } = functions as { top?: number; sample?: number };
  if (top !== undefined && sample === undefined) return { kind: 'top', n: top };
  if (sample !== undefined && top === undefined) return { kind: 'sample', n: sample };
  if (!findings.concerns(at)) findings.error(at, 'must say either "top" or "sample"');
  return { kind: 'all' };
}
