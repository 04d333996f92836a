import type { Findings, JsonPath } from './findings.js';
import type { InstanceSurroundings } from './resolve-instance.js';
import type { ReadTrace } from './read-trace.js';
import { READERS } from './traces/formats.js';
import { shortNames } from './traces/short-names.js';

/** What a user should know of a trace although it can be replayed: its dirt, and what the test makes of it. A sentence each. */
export function warnOfTrace(trace: ReadTrace, around: InstanceSurroundings, at: JsonPath, findings: Findings): void {
  const { survey, options, chosen, durations } = trace;
  const warn = (key: string, message: string): void => findings.warn([...at, key], message);
  const { repeated, negative, beforeZero } = survey.dirt;
  if (repeated > 0) {
    warn(
      'file',
      `${count(repeated, 'row repeats', 'rows repeat')} a function that has one already; the first of each counts`,
    );
  }
  if (negative > 0) warn('file', `${count(negative, 'value is', 'values are')} below zero and read as 0`);
  if (beforeZero > 0) {
    warn(
      'file',
      `${count(beforeZero, 'event begins', 'events begin')} before second 0 of the trace and ${isAre(beforeZero)} left out`,
    );
  }
  const { choice } = options;
  if ((choice.kind === 'top' || choice.kind === 'sample') && chosen.length < choice.n) {
    warn(
      'functions',
      `the window invokes ${count(chosen.length, 'function', 'functions')}, not ${choice.n}; all are taken`,
    );
  }
  const idle = chosen.filter(({ invocations }) => invocations === 0).map(({ id }) => id);
  if (idle.length > 0) warn('functions', `the window does not invoke ${listed(idle, trace)}`);
  if (durations !== null) warnOfDurations(trace, durations, warn);
  if (around.durationS !== undefined) warnOfLength(trace, around.durationS, at, findings);
  const longest = longestDurationMs(trace);
  if (options.durationParameter !== null && around.blocking !== false && longest >= around.timeoutMs) {
    findings.warn(
      at,
      `durations reach ${Math.round(longest).toLocaleString('en')} ms, but limits.timeout_ms is ${around.timeoutMs}: such invocations will be recorded as timeouts`,
    );
  }
}

function warnOfDurations(
  trace: ReadTrace,
  { quantilesMs, dirt }: NonNullable<ReadTrace['durations']>,
  warn: (key: string, message: string) => void,
): void {
  const without = trace.chosen.filter(({ id }) => !quantilesMs.has(id)).map(({ id }) => id);
  if (without.length > 0) {
    warn('durations_file', `it does not know ${listed(without, trace)}, whose invocations are sent without a duration`);
  }
  if (dirt.zeroAverage.length > 0) {
    warn('durations_file', `the average is 0 ms for ${listed(dirt.zeroAverage, trace)}; kept as it is`);
  }
  if (dirt.repeated > 0) {
    warn(
      'durations_file',
      `${count(dirt.repeated, 'row repeats', 'rows repeat')} a function that has one already; the first of each counts`,
    );
  }
  if (dirt.negative > 0) {
    warn(
      'durations_file',
      `${count(dirt.negative, 'function has', 'functions have')} percentiles below zero, read as 0`,
    );
  }
  if (dirt.disordered > 0) {
    warn(
      'durations_file',
      `${count(dirt.disordered, 'function has', 'functions have')} a percentile below a lower one, read as equal to it`,
    );
  }
}

/** How the window, its time scaled, fits into the test. Where its end is open, only what is cut off is told. */
function warnOfLength(trace: ReadTrace, durationS: number, at: JsonPath, findings: Findings): void {
  const { options, window } = trace;
  const scaled = options.timeScale === 1 ? '' : ` at time_scale ${options.timeScale}`;
  if (window[1] === Infinity) {
    const late = eventsFrom(trace, durationS / options.timeScale);
    if (late === 0) return;
    const events = count(late, 'event of its functions starts', 'events of its functions start');
    findings.warn(at, `${events}${scaled} after the test of ${durationS} s and ${isAre(late)} left out`);
    return;
  }
  const lastsS = (window[1] - window[0]) * READERS[options.format].unitS * options.timeScale;
  const told = `its window lasts ${rounded(lastsS)} s${scaled}, the test ${durationS} s`;
  if (lastsS > durationS) findings.warn(at, `${told}: the last ${rounded(lastsS - durationS)} s of it are left out`);
  if (lastsS < durationS) {
    findings.warn(at, `${told}: nothing of it is planned in the last ${rounded(durationS - lastsS)} s`);
  }
}

function eventsFrom({ arrivals }: ReadTrace, endS: number): number {
  let late = 0;
  for (const of of arrivals.values()) {
    if (of.kind === 'events') for (const startS of of.startsS) if (startS >= endS) late += 1;
  }
  return late;
}

function longestDurationMs({ arrivals, durations, options }: ReadTrace): number {
  let longest = 0;
  for (const quantiles of durations?.quantilesMs.values() ?? []) longest = Math.max(longest, quantiles.at(-1)!);
  for (const of of arrivals.values()) {
    if (of.kind === 'events') for (const ms of of.durationsMs ?? []) longest = Math.max(longest, ms);
  }
  return longest * options.durationScale;
}

const NAMED = 3;

/** Their number and the short names of the first. */
function listed(ids: readonly string[], { survey }: ReadTrace): string {
  const names = shortNames(survey.functions);
  const first = ids.slice(0, NAMED).map((id) => names.get(id)!);
  return `${count(ids.length, 'function', 'functions')} (${first.join(', ')}${ids.length > NAMED ? ', …' : ''})`;
}

function count(n: number, one: string, several: string): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : several}`;
}

function isAre(n: number): string {
  return n === 1 ? 'is' : 'are';
}

function rounded(seconds: number): string {
  return String(Math.round(seconds * 1_000) / 1_000);
}
