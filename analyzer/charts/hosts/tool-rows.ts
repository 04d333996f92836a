import { average, curve, type HostRow, perSecond, scaled } from './row-model.js';

/** Of perf, pqos, systemd-cgtop and blktrace. */
export const TOOL_ROWS: readonly HostRow[] = [
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
