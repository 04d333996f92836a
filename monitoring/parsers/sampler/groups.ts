import { atMostAll, growth, intervalMs, percentOfTime, isTooShort, perSecond } from './growth.js';
import { counter, diskCounters, groupIo, keyed, pressureUs } from './kernel-text.js';
import type { GroupSample, Sample } from './line.js';

type Row = Record<string, number | string | null>;

/** A group, and when it was read: seconds on an axis that does not jump when the host's clock is set. */
interface Moment {
  group: GroupSample;
  atS: number;
}

/** The rows of control groups, rates over the time since each was last read. */
export class Groups {
  #before = new Map<string, Moment>();

  /** @param steadyS when the sample began, on the axis of `Moment` */
  rows(sample: Sample, steadyS: number): Row[] {
    if (sample.groups === null) return [];
    const disks = new Set(diskCounters(sample.lines('disks')).map(({ device }) => device));
    const now = new Map<string, Moment>();
    const rows = sample.groups.map((group) => {
      const moment = { group, atS: steadyS + withinSampleS(group, sample) };
      const before = this.#before.get(group.group);
      const isTooSoon = before !== undefined && moment.atS > before.atS && isTooShort(moment.atS - before.atS);
      now.set(group.group, isTooSoon ? before : moment);
      return rowOf(moment, isTooSoon ? undefined : before, disks);
    });
    this.#before = now;
    return rows;
  }
}

/** No sample takes that long; where it seems to, the host's clock was set in it, or a stamp is wrong. */
const LONGEST_SAMPLE_S = 10;

/** From the begin of its sample until a group was read. */
function withinSampleS(group: GroupSample, sample: Sample): number {
  const seconds = (group.epochUs - sample.epochUs) / 1e6;
  return seconds >= 0 && seconds <= LONGEST_SAMPLE_S ? seconds : 0;
}

function rowOf({ group, atS }: Moment, before: Moment | undefined, disks: ReadonlySet<string>): Row {
  const seconds = before === undefined ? 0 : atS - before.atS;
  const earlier = seconds > 0 ? before!.group : undefined;
  const grownOf = (name: string): number | null =>
    earlier === undefined ? null : growth(keyed(earlier.lines('cpu.stat'), name), keyed(group.lines('cpu.stat'), name));
  const pressure = (of: 'cpu' | 'memory' | 'io', who: 'some' | 'full'): number | null => {
    const [from, to] = [earlier, group].map((one) => pressureUs(one?.lines(`${of}.pressure`) ?? null, who));
    return atMostAll(percentOfTime(growth(from, to), seconds));
  };
  const periods = grownOf('nr_periods');
  const throttled = grownOf('nr_throttled');
  return {
    group: group.group,
    interval_ms: earlier === undefined ? null : intervalMs(seconds),
    cpu_pct: percentOfTime(grownOf('usage_usec'), seconds),
    throttled_periods_pct: periods === null || throttled === null || periods === 0 ? null : (100 * throttled) / periods,
    memory_bytes: counter(group.lines('memory.current')[0]),
    read_bytes_per_s: perSecond(bytes(earlier, group, 'read', disks), seconds),
    write_bytes_per_s: perSecond(bytes(earlier, group, 'written', disks), seconds),
    psi_cpu_some_pct: pressure('cpu', 'some'),
    psi_memory_some_pct: pressure('memory', 'some'),
    psi_memory_full_pct: pressure('memory', 'full'),
    psi_io_some_pct: pressure('io', 'some'),
    psi_io_full_pct: pressure('io', 'full'),
  };
}

/**
 * What a group has read or written. A device stands in io.stat from the group's first I/O on, so it counts from 0. Of the
 * devices those that are whole disks of the host: the same bytes may stand there again for what is made of them (dm, md).
 */
function bytes(
  before: GroupSample | undefined,
  now: GroupSample,
  way: 'read' | 'written',
  disks: ReadonlySet<string>,
): number | null {
  if (before === undefined || !before.hasIo || !now.hasIo) return null;
  const from = groupIo(before.lines('io.stat'));
  let all = 0;
  for (const [device, counters] of groupIo(now.lines('io.stat'))) {
    if (disks.size > 0 && !disks.has(device)) continue;
    const grown = growth(from.get(device)?.[way] ?? 0, counters[way]);
    if (grown === null) return null;
    all += grown;
  }
  return all;
}
