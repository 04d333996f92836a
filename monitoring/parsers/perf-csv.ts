import { AGGREGATE_LABEL, CPU_LABEL, isEventName, type PerfLine, UNCOUNTED } from './perf-count.js';

const DIGITS = /^\d{1,20}$/;
/** Under a locale with decimal commas `-x,` cuts numbers in two: `601,29,msec`, `100,00`. No other field has two digits there. */
const DECIMALS = /^(?:\d\d|\d{6})$/;
const NUMBER = /^\d{1,20}(?:[.,]\d{1,9})?$/;
const PERCENT = /^(\d{1,3})(?:[.,](\d\d))?$/;

/**
 * What stands between two fields, from how the line of a count goes on after its time stamp: its next field begins with a
 * digit, a letter or `<`.
 * @returns null where nothing does
 */
export function separatorOf(rest: string): string | null {
  return /^[^\dA-Za-z<]+/.exec(rest)?.[0] ?? null;
}

/**
 * What follows the time stamp in `perf stat -I -x SEPARATOR` (man perf-stat, CSV FORMAT):
 * `[CPU,[cpus,]] count, unit, event, [cgroup,] [variance%,] run time, running%, metric, unit of the metric`.
 */
export function readPerfCsv(timeMs: number, rest: string, separator: string): PerfLine {
  const fields = rest.split(separator).slice(1);
  const label = fields[0] ?? '';
  let at = CPU_LABEL.test(label) ? 1 : AGGREGATE_LABEL.test(label) && DIGITS.test(fields[1] ?? '') ? 2 : 0;
  const cpu = at === 0 ? null : label;
  let counted = fields[at++] ?? '';
  if (separator === ',' && DIGITS.test(counted) && DECIMALS.test(fields[at] ?? '')) counted += `.${fields[at++]}`;
  const unit = fields[at++] ?? '';
  let event = fields[at++] ?? '';
  // `cpu/event=0x3c,umask=0x0/` has the separator within.
  while (event.split('/').length === 2 && at < fields.length) event += separator + fields[at++];
  if (counted === '' && event === '') return 'known';
  const isCount = UNCOUNTED.has(counted) || NUMBER.test(counted);
  if (!isCount || DIGITS.test(unit) || !isEventName(event)) return 'unknown';
  const cgroup = isCgroup(fields[at]) ? fields[at++]! : null;
  if (fields[at]?.endsWith('%') === true) at += 1;
  const value = UNCOUNTED.has(counted) ? null : Number(counted.replace(',', '.'));
  return { timeMs, cpu, cgroup, event, value, runningPct: runningPct(fields.slice(at, at + 3), separator) };
}

function isCgroup(field: string | undefined): boolean {
  return field !== undefined && field !== '' && !DIGITS.test(field) && !field.endsWith('%');
}

function runningPct([runTime, percent, decimals]: string[], separator: string): number | null {
  const found = DIGITS.test(runTime ?? '') ? PERCENT.exec(percent ?? '') : null;
  if (found === null) return null;
  const split = separator === ',' && found[2] === undefined ? decimals : found[2];
  return Number(`${found[1]}.${split !== undefined && DECIMALS.test(split) ? split : '0'}`);
}
