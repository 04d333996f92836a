import { AGGREGATE_LABEL, CPU_LABEL, isEventName, type PerfLine, UNCOUNTED } from './perf-count.js';
import type { NumberReader } from './perf-numbers.js';

/** `  (66.67%)`: printed only where the event shared its counter with others (tools/perf/util/stat-display.c, print_running). */
const RUNNING = / \((\d{1,3})[.,](\d\d)%\)$/;
/** `( +-  0.12% )` of `-r` */
const VARIANCE = /\( ?\+- *[\d.,]+% ?\)$/;
const LABEL = /^ +(CPU\d+|[SN]\d+\S*) +/;
const CPUS = /^(\d+) +/;
/** A count, of which blanks may part the groups: one blank between threes of digits. */
const COUNT = /^ *(<not supported>|<not counted>|\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?![^ ])|[^ ]+)/;
/** After exactly one blank the unit, padded; without a unit at least the blanks that it would have taken. */
const UNIT_AND_EVENT = /^ ([^ ]*[A-Za-z%][^ ]*) +([^ ]+)(?: +([^ ]+))?$/;
const EVENT = /^ +([^ ]+)(?: +([^ ]+))?$/;

/**
 * What follows the time stamp in `perf stat -I`: `[CPU] count [unit] event [cgroup] [# comment] [(running%)]`.
 * Only blanks part the fields: the no-break spaces of some locales are part of a number.
 */
export function readPerfText(timeMs: number, rest: string, numberOf: NumberReader): PerfLine {
  const line = rest.trimEnd();
  const running = RUNNING.exec(line);
  const commented = (running === null ? line : line.slice(0, running.index)).trimEnd().replace(VARIANCE, '');
  const comment = commented.indexOf(' # ');
  const body = (comment < 0 ? commented : commented.slice(0, comment)).trimEnd();
  if (body === '') return 'known';
  const label = LABEL.exec(body);
  const afterLabel = label === null ? body : afterCpus(label[1]!, body.slice(label[0].length));
  const count = afterLabel === null ? null : COUNT.exec(afterLabel);
  if (afterLabel === null || count === null) return 'unknown';
  const named = namedEvent(afterLabel.slice(count[0].length));
  const value = UNCOUNTED.has(count[1]!) ? null : numberOf(count[1]!);
  if (named === null || (value === null && !UNCOUNTED.has(count[1]!))) return 'unknown';
  const runningPct = running === null ? 100 : Number(`${running[1]}.${running[2]}`);
  return { timeMs, cpu: label?.[1] ?? null, ...named, value, runningPct };
}

function afterCpus(label: string, body: string): string | null {
  if (CPU_LABEL.test(label)) return body;
  const cpus = AGGREGATE_LABEL.test(label) ? CPUS.exec(body) : null;
  return cpus === null ? null : body.slice(cpus[0].length);
}

function namedEvent(text: string): { event: string; cgroup: string | null } | null {
  const withUnit = UNIT_AND_EVENT.exec(text);
  const [event, cgroup] = withUnit === null ? (EVENT.exec(text)?.slice(1) ?? []) : withUnit.slice(2);
  if (event === undefined) return null;
  // Before Linux 4.20: `1001.875640      cpu-clock (msec)`.
  if (cgroup === '(msec)') return isEventName(event) ? { event, cgroup: null } : null;
  // `1001.875640 cpu-clock (msec)` where the count was so wide that one blank was left.
  return isEventName(event) ? { event, cgroup: cgroup ?? null } : null;
}
