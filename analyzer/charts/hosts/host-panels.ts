import type { ChartSource } from '../chart.js';
import { hostCurves, type HostCurvePoints } from './host-curves.js';
import { hostRow } from './host-row.js';
import { HOST_ROWS, type HostRow } from './host-rows.js';

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
  heading: string;
  rows: { row: HostRow; curves: HostCurvePoints }[];
}

/** One panel a host: what its monitors measured, over the time of the run. */
export async function hostPanels(source: ChartSource): Promise<HostPanels> {
  const { tables: monitorTables } = source.analysis.monitoring;
  const hosts = [...new Set(monitorTables.map(({ host }) => host))];
  const panels: Panel[] = [];
  for (const host of hosts.slice(0, MOST_HOSTS)) {
    const rows: Panel['rows'] = [];
    for (const row of HOST_ROWS) {
      const table = monitorTables.find((one) => one.host === host && one.table === row.table);
      const curves = table === undefined ? null : await hostCurves(source, host, row, table.columns);
      if (curves !== null) rows.push({ row, curves });
    }
    if (rows.length > 0) panels.push({ host, heading: headingOf(source, host), rows });
  }
  return {
    rows: panels.flatMap((panel) =>
      panel.rows.map(({ row, curves }, i) => ({
        ...(i === 0 ? { title: { text: panel.heading, fontSize: 12, offset: 8 } } : {}),
        ...hostRow(source, row, curves, i === panel.rows.length - 1),
      })),
    ),
    notes: notesOf(panels, hosts.length - Math.min(hosts.length, MOST_HOSTS)),
  };
}

/** Its name, and how well its times lie on this axis. */
function headingOf({ analysis }: ChartSource, host: string): string {
  const uncertain = analysis.monitoring.tables.filter((table) => table.host === host);
  const known = uncertain.flatMap(({ uncertainty_ms: ms }) => (ms === null ? [] : [ms]));
  const approximate = uncertain.some((table) => table.approximate) ? ', some of it placed approximately' : '';
  const within = known.length === 0 ? '' : ` (times ± ${Number(Math.max(...known).toPrecision(2))} ms${approximate})`;
  return `host ${host}${within === '' && approximate !== '' ? ' (placed approximately)' : within}`;
}

function notesOf(panels: readonly Panel[], hidden: number): string[] {
  const all = panels.flatMap(({ rows }) => rows);
  const binMs = Math.max(0, ...all.map(({ curves }) => curves.binMs ?? 0));
  const leftOut = all.some(({ curves }) => curves.leftOut > 0);
  const rates = all.length > 0 ? ['A rate of a host stands at the end of the time that it was measured over.'] : [];
  const each = all.some(({ row }) => 'each' in row.curves);
  return [
    ...rates,
    ...(each ? ['CPU of functions and groups: 100 % is one core.'] : []),
    ...(binMs > 0
      ? [`Where there were many readings, means of ${Number((binMs / 1000).toPrecision(2))} s are drawn.`]
      : []),
    ...(leftOut ? ['Of groups and functions the busiest are drawn.'] : []),
    ...(hidden > 0 ? [`${hidden} more hosts were watched: their figures lie in monitors/.`] : []),
  ];
}
