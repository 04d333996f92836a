/** A row of pictures in the panel of a host: a few curves over the run's time, from one table of its monitors. */
export interface HostRow {
  table: string;
  /** of the y axis, a line each: of what, in which unit */
  title: readonly string[];
  curves: HostCurves;
  /** `level`: how it stood at that moment; `rate`: over the time since the reading before; `events`: of all in a bin of the axis */
  kind: 'level' | 'rate' | 'events';
  stacked?: true;
  /** fixed end of the y axis: a number, or SQL over the table's rows */
  top?: number | string;
}

/** Curves by their labels, or one for each name in a column, the largest first. */
export type HostCurves =
  | { named: readonly HostCurve[] }
  | { each: 'function' | 'group'; needs: string; value: string; most: number };

export interface HostCurve {
  label: string;
  /** columns without which there is no such curve */
  needs: readonly string[];
  /** SQL over the rows of one moment, of which a table may have several (one a core), or over the events of one bin */
  value: string;
}

const curve = (label: string, column: string, value = (name: string): string => `any_value(${name})`): HostCurve => ({
  label,
  needs: [column],
  value: value(`"${column}"`),
});
const scaled =
  (divisor: number, aggregate = 'any_value') =>
  (name: string): string =>
    `${aggregate}(${name}) / ${divisor}`;
/** A count of an interval as a rate: `seconds` is how long that interval was. */
const perSecond = (name: string): string => `sum(${name}) / any_value(seconds)`;
const average = (name: string): string => `avg(${name})`;

const MB = 1e6;
const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** What a panel shows of each table, in this order; a row of which nothing was measured is left out. */
export const HOST_ROWS: readonly HostRow[] = [
  {
    table: 'sampler',
    title: ['CPU', '%'],
    kind: 'rate',
    stacked: true,
    top: 100,
    curves: {
      named: [
        curve('user', 'cpu_user_pct'),
        curve('nice', 'cpu_nice_pct'),
        curve('system', 'cpu_system_pct'),
        curve('interrupts', 'cpu_irq_pct'),
        curve('stolen', 'cpu_steal_pct'),
        // on top, for the kernel's counter of it may go back: then it alone is not known
        curve('I/O wait', 'cpu_iowait_pct'),
      ],
    },
  },
  {
    table: 'sampler_workers',
    title: ['functions:', 'CPU %'],
    kind: 'rate',
    curves: { each: 'function', needs: 'cpu_pct', value: 'sum(cpu_pct)', most: 7 },
  },
  {
    table: 'sampler_workers',
    title: ['functions:', 'MiB'],
    kind: 'level',
    curves: { each: 'function', needs: 'rss_bytes', value: `sum(rss_bytes) / ${MIB}`, most: 7 },
  },
  {
    table: 'sampler_groups',
    title: ['groups:', 'CPU %'],
    kind: 'rate',
    curves: { each: 'group', needs: 'cpu_pct', value: 'sum(cpu_pct)', most: 5 },
  },
  {
    table: 'sampler',
    title: ['memory', 'GiB'],
    kind: 'level',
    top: `max(memory_total_bytes) / ${GIB}`,
    curves: { named: [curve('in use: total − available', 'memory_used_bytes', scaled(GIB))] },
  },
  {
    table: 'sampler',
    title: ['stalled', '%'],
    kind: 'rate',
    curves: {
      named: [
        curve('waiting for CPU', 'psi_cpu_some_pct'),
        curve('for memory', 'psi_memory_some_pct'),
        curve('for I/O', 'psi_io_some_pct'),
      ],
    },
  },
  {
    table: 'sampler',
    title: ['network', 'MB/s'],
    kind: 'rate',
    curves: {
      named: [
        curve('received', 'net_receive_bytes_per_s', scaled(MB)),
        curve('sent', 'net_transmit_bytes_per_s', scaled(MB)),
        // where platform and invoker share a host all of the run's own traffic
        curve('loopback', 'loopback_bytes_per_s', scaled(MB)),
      ],
    },
  },
  {
    table: 'sampler',
    title: ['disks', 'MB/s'],
    kind: 'rate',
    curves: {
      named: [
        curve('reads', 'disk_read_bytes_per_s', scaled(MB)),
        curve('writes', 'disk_write_bytes_per_s', scaled(MB)),
      ],
    },
  },
  {
    table: 'sampler',
    title: ['switches', 'per s'],
    kind: 'rate',
    curves: { named: [curve('context switches', 'context_switches_per_s')] },
  },
  {
    table: 'perf',
    title: ['perf:', 'IPC'],
    kind: 'rate',
    curves: { named: [curve('instructions per cycle', 'ipc', average)] },
  },
  {
    table: 'perf',
    title: ['perf: per', '1,000 instr.'],
    kind: 'rate',
    curves: {
      named: [
        curve('L1d misses', 'l1d_mpki', average),
        curve('LLC misses', 'llc_mpki', average),
        curve('dTLB misses', 'dtlb_mpki', average),
        curve('branch misses', 'branch_mpki', average),
      ],
    },
  },
  {
    table: 'perf',
    title: ['perf:', 'per s'],
    kind: 'rate',
    curves: {
      named: [
        curve('context switches', 'context-switches', perSecond),
        curve('migrations', 'cpu-migrations', perSecond),
        curve('page faults', 'page-faults', perSecond),
      ],
    },
  },
  {
    table: 'pqos',
    title: ['pqos:', 'IPC'],
    kind: 'rate',
    curves: { named: [curve('mean of the cores', 'ipc', average)] },
  },
  {
    table: 'pqos',
    title: ['pqos:', 'LLC MiB'],
    kind: 'level',
    curves: { named: [curve('occupied', 'llc_kb', scaled(1024, 'sum'))] },
  },
  {
    table: 'pqos',
    title: ['pqos:', 'MB/s'],
    kind: 'rate',
    curves: {
      named: [
        curve('local memory', 'mbl_mb_per_s', scaled(1, 'sum')),
        curve('remote memory', 'mbr_mb_per_s', scaled(1, 'sum')),
      ],
    },
  },
  {
    table: 'cgtop',
    title: ['cgtop:', 'number'],
    kind: 'level',
    curves: { named: [curve('containers', 'container_count')] },
  },
  {
    table: 'cgtop',
    title: ['cgtop:', 'GiB'],
    kind: 'level',
    curves: { named: [curve('memory of the root group', 'memory_gib')] },
  },
  {
    table: 'cgtop_groups',
    title: ['cgtop:', 'CPU %'],
    kind: 'rate',
    curves: { each: 'group', needs: 'cpu_pct', value: 'sum(cpu_pct)', most: 5 },
  },
  {
    table: 'blktrace',
    title: ['disk I/O', 'ms'],
    kind: 'events',
    curves: {
      named: [
        {
          label: 'p50',
          needs: ['latency_ms'],
          value: 'quantile_cont(latency_ms, 0.5)',
        },
        { label: 'longest', needs: ['latency_ms'], value: 'max(latency_ms)' },
      ],
    },
  },
];
