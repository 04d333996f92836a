import { curve, GIB, type HostRow, MB, MIB, scaled } from './row-model.js';

/** Of the sampler: the host, the functions of the embedded platform, control groups. */
export const SAMPLER_ROWS: readonly HostRow[] = [
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
];
