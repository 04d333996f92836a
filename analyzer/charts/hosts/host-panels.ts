import type { ChartSource } from '../chart.js';
import type { TimeAxis } from '../../time-axis.js';
import { hostCurves, type HostCurves } from './host-curves.js';
import { hostRow } from './host-row.js';
import { HOST_ROWS } from './host-rows.js';
import { notDrawnRow, type RowNotDrawn } from './not-drawn.js';
import type { HostRow } from './row-model.js';

/** More panels than this nobody compares by eye. */
const MOST_HOSTS = 8;

/** The panels of all hosts, below the rows of the run and on their axis. */
export interface HostPanels {
  rows: object[];
  /** sentences for the caption */
  notes: string[];
}

interface Panel {
  host: string;
  title: object;
  rows: { row: HostRow; curves: HostCurves }[];
  notDrawn: RowNotDrawn[];
}

/** One panel a host: what its monitors measured, over the time of the run. */
export async function hostPanels(source: ChartSource): Promise<HostPanels> {
  const drawable = new Set(HOST_ROWS.map(({ table }) => table));
  const monitorTables = source.analysis.monitoring.tables.filter(({ table }) => drawable.has(table));
  const hosts = [...new Set(monitorTables.map(({ host }) => host))];
  const panels: Panel[] = [];
  for (const host of hosts.slice(0, MOST_HOSTS)) {
    const panel: Panel = { host, title: titleOf(source, host), rows: [], notDrawn: [] };
    for (const row of HOST_ROWS) {
      const table = monitorTables.find((one) => one.host === host && one.table === row.table);
      const curves = table === undefined ? null : await hostCurves(source, host, row, table.columns);
      if (curves === null) continue;
      if ('why' in curves) panel.notDrawn.push({ row, ...curves });
      else panel.rows.push({ row, curves });
    }
    if (panel.rows.length + panel.notDrawn.length > 0) panels.push(panel);
  }
  return {
    rows: panels.flatMap((panel) => rowsOf(source, panel)),
    notes: notesOf(panels, hosts.length - Math.min(hosts.length, MOST_HOSTS), source.axis),
  };
}

function rowsOf(source: ChartSource, { title, rows, notDrawn }: Panel): object[] {
  const all = [
    ...rows.map(({ row, curves }, i) => hostRow(source, row, curves, i === rows.length - 1)),
    ...(notDrawn.length > 0 ? [notDrawnRow(notDrawn)] : []),
  ];
  return all.map((row, i) => (i === 0 ? { title, ...row } : row));
}

/** Its name, and below it how well its times lie on this axis. What stands out beyond the plots would make all of them narrower. */
function titleOf({ analysis }: ChartSource, host: string): object {
  const uncertain = analysis.monitoring.tables.filter((table) => table.host === host);
  const known = uncertain.flatMap(({ uncertainty_ms: ms }) => (ms === null ? [] : [ms]));
  const approximate = uncertain.some((table) => table.approximate) ? ', some of it placed approximately' : '';
  const within = known.length === 0 ? '' : `times ± ${Number(Math.max(...known).toPrecision(2))} ms${approximate}`;
  const subtitle = within === '' && approximate !== '' ? 'placed approximately' : within;
  return {
    text: `host ${host}`,
    ...(subtitle === '' ? {} : { subtitle, subtitleFontSize: 11, subtitlePadding: 2 }),
    fontSize: 12,
    offset: 8,
    limit: { expr: 'width' },
  };
}

function notesOf(panels: readonly Panel[], hidden: number, axis: TimeAxis): string[] {
  const all = panels.flatMap(({ rows }) => rows);
  const binMs = Math.max(0, ...all.map(({ curves }) => curves.binMs ?? 0));
  const leftOut = all.some(({ curves }) => curves.leftOut > 0);
  const rates = all.some(({ row }) => row.kind === 'rate')
    ? ['A rate of a host is drawn over the time that it was measured over, if that is not below 50 ms.']
    : [];
  const events = all.some(({ row }) => row.kind === 'events');
  const memoryByCgtop = all.some(({ row }) => row.table === 'cgtop' && row.title.includes('GiB'));
  const each = all.some(({ row }) => 'each' in row.curves);
  return [
    ...rates,
    ...(events ? [`Of a disk's I/O it is the median and the longest of each ${spanOf(axis.binMs)}.`] : []),
    ...(memoryByCgtop
      ? ['Memory of the root group, as systemd-cgtop tells it, may hold the page cache; memory in use does not.']
      : []),
    ...(each ? ['CPU of functions and groups: 100 % is one core.'] : []),
    ...(binMs > 0 ? [`Where there were many readings, means of ${spanOf(binMs)} are drawn.`] : []),
    ...(leftOut ? ['Of groups and functions the busiest are drawn.'] : []),
    ...(hidden > 0 ? [`${hidden} more hosts were watched: their figures lie in monitors/.`] : []),
  ];
}

function spanOf(ms: number): string {
  return `${Number((ms / 1000).toPrecision(2))} s`;
}
