import { countedLine } from './lines.js';
import { type PerfCount, type PerfLine, stampMs } from './perf-count.js';
import { readPerfCsv, separatorOf } from './perf-csv.js';
import { derivedOf } from './perf-derived.js';
import { readPerfJson } from './perf-json.js';
import { localeNumbers } from './perf-numbers.js';
import { readPerfText } from './perf-text.js';
import { countUnknown, type MonitorFormat, type Reading } from './reading.js';

/**
 * `perf stat -I` as text, CSV (`-x`) or JSON lines (`-j`), as Linux 3.14 and later print it: a row an interval, and a CPU
 * with `-A`, `--per-core` …; a column an event, under perf's own name and in its own unit (`cpu-clock`: ms, `duration_time`: ns).
 * Its stamps are the *ends* of the intervals, since perf began, so that the first stamp is the first interval's length.
 */
export const perf: MonitorFormat = {
  tool: 'perf',
  time: 'since_start',
  tables: { perf: { text: ['cpu', 'cgroup'] } },
  async *read(lines, count) {
    const lineOf = perfLines();
    let interval = new Interval(0);
    for await (const line of lines) {
      const content = countedLine(line, count);
      const read = content === null ? 'known' : lineOf(content);
      if (read === 'unknown') countUnknown(count, line);
      if (typeof read === 'string') continue;
      if (!interval.takes(read)) {
        yield* interval.readings();
        interval = interval.next(read.timeMs);
      }
      interval.add(read);
    }
    yield* interval.readings();
  },
};

const STAMP = /^[ \t]*(\d{1,10})[.,](\d{9})(?!\d)/;
/** What `--summary` adds at the end counts the whole run once more; a new file begins with `# started on`. */
const SUMMARY = /^ *Performance counter stats for /;

function perfLines(): (line: string) => PerfLine {
  const numberOf = localeNumbers();
  let separator: string | null = null;
  let inSummary = false;
  return (line) => {
    if (line.startsWith('#')) inSummary = false;
    if (SUMMARY.test(line)) inSummary = true;
    // A heading, or a further metric of the event above.
    if (inSummary || /^ *(?:#|$)/.test(line)) return 'known';
    if (line.startsWith('{')) return readPerfJson(line);
    const stamp = STAMP.exec(line);
    if (stamp === null) return 'unknown';
    const timeMs = stampMs(stamp[1]!, stamp[2]!);
    const rest = line.slice(stamp[0].length);
    if (rest === '' || rest.startsWith(' ')) return readPerfText(timeMs, rest, numberOf);
    const parting = separator !== null && rest.startsWith(separator) ? separator : separatorOf(rest);
    if (parting === null) return 'unknown';
    const read = readPerfCsv(timeMs, rest, parting);
    if (typeof read !== 'string') separator = parting;
    return read;
  };
}

/** Far more than the events of a large machine's CPUs: what never goes on to another time is no interval. */
const LARGEST = 65_536;

/** The counts of one interval; there are rows only once all its lines are read, since perf goes from event to event. */
class Interval {
  readonly #rows = new Map<string, Row>();
  /** since perf began */
  readonly #fromMs: number;
  #timeMs: number | null = null;
  #size = 0;

  constructor(fromMs: number) {
    this.#fromMs = fromMs;
  }

  /** What follows, with that stamp: one that is earlier is of a perf that was started anew. */
  next(timeMs: number): Interval {
    const before = this.#timeMs ?? 0;
    return new Interval(timeMs === before ? this.#fromMs : timeMs < before ? 0 : before);
  }

  takes({ timeMs }: PerfCount): boolean {
    return this.#timeMs === null || (timeMs === this.#timeMs && this.#size < LARGEST);
  }

  add({ timeMs, cpu, cgroup, event, value, runningPct }: PerfCount): void {
    this.#timeMs = timeMs;
    this.#size += 1;
    const key = `${cpu ?? ''} ${cgroup ?? ''}`;
    const row: Row = this.#rows.get(key) ?? { cpu, cgroup, counts: {}, times: new Map(), runningPct: null };
    this.#rows.set(key, row);
    const times = (row.times.get(event) ?? 0) + 1;
    row.times.set(event, times);
    row.counts[times === 1 ? event : `${event}#${times}`] = value;
    if (value !== null && runningPct !== null) row.runningPct = Math.min(row.runningPct ?? Infinity, runningPct);
  }

  *readings(): Generator<Reading> {
    // Stamps have nanoseconds; their difference would have traces of more.
    const interval_ms = Math.round((this.#timeMs! - this.#fromMs) * 1e6) / 1e6;
    for (const { cpu, cgroup, counts, runningPct } of this.#rows.values()) {
      const values: Reading['values'] = { interval_ms };
      if (cpu !== null) values['cpu'] = cpu;
      if (cgroup !== null) values['cgroup'] = cgroup;
      Object.assign(values, counts, { running_pct: runningPct }, derivedOf(counts));
      yield { table: 'perf', time: this.#timeMs!, values };
    }
  }
}

interface Row extends Pick<PerfCount, 'cpu' | 'cgroup' | 'runningPct'> {
  counts: Record<string, number | null>;
  /** how often each event was there: one that was asked for twice has two counts, `cycles` and `cycles#2` */
  times: Map<string, number>;
}
