import type { Tables } from '../../records/tables.js';
import type { Analysis } from '../analysis.js';
import { partsOf } from '../breakdown.js';
import { coldStartLines } from './cold-starts-text.js';
import { functionCostLine } from './cost-text.js';
import { monitorLines } from './monitors-text.js';
import { grouped, percent, plainText, shortTime } from './numbers.js';
import { withInterval } from './summary-text.js';
import { tableLines } from './text-table.js';

const EDGE_ROWS = 10;

/** What `-v` adds: config, stat table, cold starts, first and last rows, monitors, and every function in detail. */
export async function verboseText(analysis: Analysis, tables: Tables): Promise<string> {
  const blocks = [
    [
      'config',
      ...JSON.stringify(analysis.manifest.config, null, 2)
        .split('\n')
        .map((line) => plainText(line)),
    ],
    ['stat', ...statLines(analysis)],
    coldStartLines(analysis),
    ['first and last rows', ...(await edgeRows(tables))],
    monitorLines(analysis),
    ...analysis.functions.map((group) => functionLines(group, analysis.cost)),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function statLines({ stat }: Analysis): string[] {
  const left = 'left' as const;
  const columns = [
    { title: 'scope', align: left },
    { title: 'name', align: left },
    { title: 'distribution', align: left },
    { title: 'planned' },
    { title: 'rate' },
    { title: 'configured' },
    { title: 'throughput' },
    { title: 'rel_stress' },
  ];
  const rows = stat.map((row) => [
    row.scope,
    plainText(row.name, 18),
    plainText(row.distribution ?? '–', 14),
    grouped(row.planned),
    shortTime(row.rate),
    shortTime(row.configured_rate),
    shortTime(row.throughput),
    shortTime(row.rel_stress),
  ]);
  return tableLines(columns, rows);
}

type EdgeRow = Record<'seq' | 'planned_ms' | 'response_ms' | 'wait_ms' | 'init_ms' | 'duration_ms', number | null> &
  Record<'instance' | 'outcome', string>;

async function edgeRows(tables: Tables): Promise<string[]> {
  const select = 'SELECT seq, instance, planned_ms, outcome, response_ms, wait_ms, init_ms, duration_ms FROM joined';
  const rows = await tables.query<EdgeRow>(
    `(${select} ORDER BY seq LIMIT ${EDGE_ROWS}) UNION (${select} ORDER BY seq DESC LIMIT ${EDGE_ROWS}) ORDER BY seq`,
  );
  const columns = [
    { title: 'seq' },
    { title: 'instance', align: 'left' as const },
    { title: 'planned_ms' },
    { title: 'outcome', align: 'left' as const },
    { title: 'response_ms' },
    { title: 'wait_ms' },
    { title: 'init_ms' },
    { title: 'duration_ms' },
  ];
  const cells = rows.map((row) => [
    String(row.seq),
    plainText(row.instance, 24),
    row.planned_ms!.toFixed(3),
    row.outcome,
    shortTime(row.response_ms),
    shortTime(row.wait_ms),
    shortTime(row.init_ms),
    shortTime(row.duration_ms),
  ]);
  return tableLines(columns, cells);
}

function functionLines(group: Analysis['functions'][number], cost: Analysis['cost']): string[] {
  const { name, response_ms, service_ms, acceptance_ms, error_rate, cold_share, parts } = group;
  const times = ['mean', 'p50', 'p90', 'p99'] as const;
  const columns = [{ title: 'ms', align: 'left' as const }, ...times.map((title) => ({ title }))];
  const rows = Object.entries({ response: response_ms, service: service_ms, acceptance: acceptance_ms })
    .filter(([, quantiles]) => quantiles.mean.n > 0)
    .map(([label, quantiles]) => [label, ...times.map((time) => withInterval(quantiles[time]))]);
  const warmths = (['all', 'warm', 'cold'] as const).filter((warmth) => parts[warmth].n > 0);
  const partColumns = [
    { title: 'mean of part', align: 'left' as const },
    ...warmths.map((warmth) => ({ title: partsTitle(warmth, parts[warmth]) })),
  ];
  const own = cost.functions.find((figures) => figures.name === name);
  const partRows = partsOf([group]).map((part) => [
    part,
    ...warmths.map((warmth) => shortTime(parts[warmth].mean[part])),
  ]);
  return [
    `${plainText(name)}: errors ${percent(error_rate.value)}, cold ${cold_share.value === null && cold_share.n > 0 ? cold_share.note : `${percent(cold_share.value)} of ${grouped(cold_share.n)}`}`,
    ...(rows.length > 0 ? tableLines(columns, rows) : []),
    ...(warmths.length > 0 ? tableLines(partColumns, partRows) : []),
    ...(own === undefined ? [] : [functionCostLine(own)]),
  ];
}

function partsTitle(warmth: string, { n, negative }: { n: number; negative: number }): string {
  return negative === 0 ? `${warmth} (${grouped(n)})` : `${warmth} (${grouped(n)}, ${grouped(negative)} negative)`;
}
