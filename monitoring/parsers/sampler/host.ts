import { atMostAll, growth, intervalMs, percentOfTime, perSecond, sum } from './growth.js';
import {
  counter,
  type DiskCounters,
  diskCounters,
  keyed,
  memoryBytes,
  netCounters,
  pressureUs,
  words,
} from './kernel-text.js';
import type { Sample } from './line.js';

/** In ticks, as /proc/stat lists them; guests' time is within user and nice. */
const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
type Mode = (typeof MODES)[number];

/** The kernel itself lets these go back now and then (proc(5)). */
const UNSTEADY: readonly Mode[] = ['idle', 'iowait'];

/**
 * The row of a host, rates over the interval that ends with it.
 * @param before the sample before and how long ago it was; null where there is none, or too short a time has passed: no rates
 */
export function hostValues(
  now: Sample,
  before: { sample: Sample; seconds: number } | null,
): Record<string, number | null> {
  const meminfo = now.lines('meminfo');
  const total = memoryBytes(meminfo, 'MemTotal');
  return {
    interval_ms: before === null ? null : intervalMs(before.seconds),
    ...cpuShares(cpuTicks(before?.sample ?? null), cpuTicks(now)),
    cpus: now.cpus,
    load_1m: load(now.lines('loadavg')),
    memory_total_bytes: total,
    memory_used_bytes: growth(memoryBytes(meminfo, 'MemAvailable'), total),
    memory_free_bytes: memoryBytes(meminfo, 'MemFree'),
    page_cache_bytes: memoryBytes(meminfo, 'Cached'),
    swap_used_bytes: growth(memoryBytes(meminfo, 'SwapFree'), memoryBytes(meminfo, 'SwapTotal')),
    procs_running: keyed(now.lines('stat') ?? [], 'procs_running'),
    procs_blocked: keyed(now.lines('stat') ?? [], 'procs_blocked'),
    ...(before === null ? NO_RATES : rates(before.sample, now, before.seconds)),
    groups_left_out: now.groupsLeftOut,
  };
}

const NO_RATES = {
  context_switches_per_s: null,
  forks_per_s: null,
  psi_cpu_some_pct: null,
  psi_memory_some_pct: null,
  psi_memory_full_pct: null,
  psi_io_some_pct: null,
  psi_io_full_pct: null,
  net_receive_bytes_per_s: null,
  net_transmit_bytes_per_s: null,
  loopback_bytes_per_s: null,
  disk_read_bytes_per_s: null,
  disk_write_bytes_per_s: null,
  disk_busy_pct: null,
};

function rates(before: Sample, now: Sample, seconds: number): Record<keyof typeof NO_RATES, number | null> {
  const counted = (name: string): number | null =>
    perSecond(growth(keyed(before.lines('stat') ?? [], name), keyed(now.lines('stat') ?? [], name)), seconds);
  const pressure = (of: 'cpu' | 'memory' | 'io', who: 'some' | 'full'): number | null => {
    const [from, to] = [before, now].map((sample) => pressureUs(sample.lines(`pressure_${of}`), who));
    return atMostAll(percentOfTime(growth(from, to), seconds));
  };
  return {
    context_switches_per_s: counted('ctxt'),
    forks_per_s: counted('processes'),
    psi_cpu_some_pct: pressure('cpu', 'some'),
    psi_memory_some_pct: pressure('memory', 'some'),
    psi_memory_full_pct: pressure('memory', 'full'),
    psi_io_some_pct: pressure('io', 'some'),
    psi_io_full_pct: pressure('io', 'full'),
    ...netRates(before, now, seconds),
    ...diskRates(before, now, seconds),
  };
}

function cpuTicks(sample: Sample | null): Record<Mode, number | null> | null {
  const line = sample?.lines('stat')?.find((one) => one.startsWith('cpu '));
  if (line === undefined) return null;
  const fields = words(line).slice(1);
  return Object.fromEntries(MODES.map((mode, index) => [mode, counter(fields[index])])) as Record<Mode, number | null>;
}

/** In % of all cores together: of the ticks that passed in all modes. */
function cpuShares(
  before: Record<Mode, number | null> | null,
  now: Record<Mode, number | null> | null,
): Record<string, number | null> {
  const ticks = new Map(MODES.map((mode) => [mode, growth(before?.[mode], now?.[mode])]));
  const isKnown = MODES.every((mode) => ticks.get(mode) !== null || UNSTEADY.includes(mode));
  const all = [...ticks.values()].reduce<number>((total, grown) => total + (grown ?? 0), 0);
  const share = (...modes: Mode[]): number | null => {
    const some = sum(modes.map((mode) => ticks.get(mode) ?? null));
    return !isKnown || all === 0 || some === null ? null : (100 * some) / all;
  };
  return {
    cpu_user_pct: share('user'),
    cpu_nice_pct: share('nice'),
    cpu_system_pct: share('system'),
    cpu_irq_pct: share('irq', 'softirq'),
    cpu_steal_pct: share('steal'),
    cpu_iowait_pct: share('iowait'),
    cpu_idle_pct: share('idle'),
    cpu_busy_pct: share('user', 'nice', 'system', 'irq', 'softirq'),
  };
}

function load(lines: readonly string[] | null): number | null {
  const text = /^\d+\.\d+(?= )/.exec(lines?.[0] ?? '')?.[0];
  return text === undefined ? null : Number(text);
}

/** Cards that are there in both samples; loopback, through which each byte comes and goes, apart. */
function netRates(before: Sample, now: Sample, seconds: number) {
  const [from, to] = [netCounters(before.lines('net')), netCounters(now.lines('net'))];
  const of = (name: string, direction: 'received' | 'transmitted'): number | null =>
    perSecond(growth(from.get(name)?.[direction], to.get(name)?.[direction]), seconds);
  const cards = [...to.keys()].filter((name) => name !== 'lo' && from.has(name));
  return {
    net_receive_bytes_per_s: sum(cards.map((name) => of(name, 'received'))),
    net_transmit_bytes_per_s: sum(cards.map((name) => of(name, 'transmitted'))),
    loopback_bytes_per_s: of('lo', 'received'),
  };
}

/** Disks that are there in both samples. */
function diskRates(before: Sample, now: Sample, seconds: number) {
  const from = new Map(diskCounters(before.lines('disks')).map((disk) => [disk.device, disk]));
  const pairs = diskCounters(now.lines('disks')).flatMap((disk) => {
    const earlier = from.get(disk.device);
    return earlier === undefined ? [] : [[earlier, disk] as const];
  });
  const grown = (of: keyof Omit<DiskCounters, 'device'>): (number | null)[] =>
    pairs.map(([earlier, disk]) => growth(earlier[of], disk[of]));
  const busyMs = grown('busyMs');
  const busiest = sum(busyMs) === null ? null : Math.max(...(busyMs as number[]));
  return {
    disk_read_bytes_per_s: perSecond(sum(grown('readBytes')), seconds),
    disk_write_bytes_per_s: perSecond(sum(grown('writtenBytes')), seconds),
    disk_busy_pct: atMostAll(percentOfTime(busiest === null ? null : busiest * 1_000, seconds)),
  };
}
