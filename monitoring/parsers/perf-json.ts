import { isEventName, type PerfLine, stampMs, UNCOUNTED } from './perf-count.js';

const INTERVAL = /"interval" ?: ?(\d{1,10})[.,](\d{9})\b/;
const LABEL = /"(cpu|core|die|cluster|cache|socket|node)" ?: ?"([^"]*)"/;
const CGROUP = /"cgroup" ?: ?"([^"]*)"/;
const COUNT = /"counter-value" ?: ?"([^"]*)"/;
const EVENT = /"event" ?: ?"([^"]*)"/;
const RUNNING = /"pcnt-running" ?: ?(\d{1,3})[.,](\d+)/;
/** `%f`: six decimals, no groups */
const NUMBER = /^\d{1,20}(?:[.,]\d{1,9})?$/;

/** A line of `perf stat -I -j`. Not by a JSON parser: under a locale with decimal commas perf writes `100,00`, which is no JSON. */
export function readPerfJson(line: string): PerfLine {
  const interval = INTERVAL.exec(line);
  if (interval === null || !line.trimEnd().endsWith('}')) return 'unknown';
  const event = EVENT.exec(line)?.[1] ?? '';
  const count = COUNT.exec(line)?.[1];
  // A further metric of the event above.
  if (event === '' && count === undefined) return line.includes('"metric-value"') ? 'known' : 'unknown';
  if (count === undefined || !(UNCOUNTED.has(count) || NUMBER.test(count)) || !isEventName(event)) return 'unknown';
  const label = LABEL.exec(line);
  const running = RUNNING.exec(line);
  return {
    timeMs: stampMs(interval[1]!, interval[2]!),
    cpu: label === null ? null : label[1] === 'cpu' ? `CPU${label[2]}` : label[2]!,
    cgroup: CGROUP.exec(line)?.[1] ?? null,
    event,
    value: UNCOUNTED.has(count) ? null : Number(count.replace(',', '.')),
    runningPct: running === null ? null : Number(`${running[1]}.${running[2]}`),
  };
}
