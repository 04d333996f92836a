/** What stands at the head of a sampler's file. */
export interface SamplerHead {
  /** clock ticks of the kernel in a second and bytes of a page; null where the host could not tell */
  ticksPerS: number | null;
  pageBytes: number | null;
}

/** One sample, as the kernel wrote it. */
export interface Sample {
  /** its beginning, by the host's clock, microseconds since 1970 */
  epochUs: number;
  /** since the host's boot, in hundredths; null where it is not told */
  uptimeS: number | null;
  cpus: number | null;
  /** of a file under /proc; null where it could not be read */
  lines(name: HostFile): readonly string[] | null;
  /** null where no groups were read in this sample */
  groups: readonly GroupSample[] | null;
  /** groups that were not read because there are too many */
  groupsLeftOut: number | null;
  workers: readonly WorkerSample[];
}

const HOST_FILES = [
  'stat',
  'loadavg',
  'meminfo',
  'pressure_cpu',
  'pressure_memory',
  'pressure_io',
  'net',
  'disks',
] as const;
export type HostFile = (typeof HOST_FILES)[number];

export interface GroupSample {
  group: string;
  epochUs: number;
  /** of a file of the group; empty where it could not be read */
  lines(name: GroupFile): readonly string[];
  /** `io.stat` of a group without I/O is empty too */
  hasIo: boolean;
}

export type GroupFile = 'cpu.stat' | 'memory.current' | 'io.stat' | `${'cpu' | 'memory' | 'io'}.pressure`;

/** A process of the embedded platform that executes a function: fields of `/proc/PID/stat`. */
export interface WorkerSample {
  function: string;
  pid: number;
  /** in ticks since boot: with the pid it names a process */
  starttime: number;
  utime: number;
  stime: number;
  /** pages */
  rss: number;
  state: string;
}

type Fields = Record<string, unknown>;

/** @returns null where a line is neither a head nor a sample */
export function readSamplerLine(line: string): { head: SamplerHead } | { sample: Sample } | null {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isObject(fields)) return null;
  if (fields['faaslab_sampler'] === 1) {
    return { head: { ticksPerS: positive(fields['ticks_per_s']), pageBytes: positive(fields['page_bytes']) } };
  }
  const epochUs = positive(fields['epoch_us']);
  return epochUs === null ? null : { sample: sampleOf(epochUs, fields) };
}

function sampleOf(epochUs: number, fields: Fields): Sample {
  return {
    epochUs,
    uptimeS: positive(fields['uptime_s']),
    cpus: positive(fields['cpus']),
    lines: (name) => (Array.isArray(fields[name]) ? fields[name].filter((line) => typeof line === 'string') : null),
    groups: Array.isArray(fields['groups']) ? each(fields['groups'], groupOf) : null,
    groupsLeftOut: natural(fields['groups_left_out']),
    workers: each(fields['workers'], workerOf),
  };
}

function groupOf(fields: Fields): GroupSample | null {
  const { group } = fields;
  const epochUs = positive(fields['epoch_us']);
  if (typeof group !== 'string' || epochUs === null) return null;
  return {
    group,
    epochUs,
    lines: (name) => (typeof fields[name] === 'string' ? fields[name].split('|') : []),
    hasIo: typeof fields['io.stat'] === 'string',
  };
}

function workerOf(fields: Fields): WorkerSample | null {
  const { function: name, state } = fields;
  if (typeof name !== 'string' || typeof state !== 'string') return null;
  const numbers = naturals(fields, ['pid', 'starttime', 'utime', 'stime', 'rss']);
  return numbers === null ? null : { function: name, state, ...numbers };
}

function each<T>(given: unknown, read: (fields: Fields) => T | null): T[] {
  if (!Array.isArray(given)) return [];
  return given.filter(isObject).flatMap((fields) => read(fields) ?? []);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns null where one of them is no natural number */
function naturals<Key extends string>(fields: Fields, keys: readonly Key[]): Record<Key, number> | null {
  const numbers = keys.map((key) => [key, natural(fields[key])] as const);
  return numbers.some(([, value]) => value === null) ? null : (Object.fromEntries(numbers) as Record<Key, number>);
}

function natural(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}
