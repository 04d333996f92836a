import type { Analysis } from '../analysis.js';
import { grouped, plainText, shortTime } from './numbers.js';
import { tableLines } from './text-table.js';
import { workerPodLines } from './worker-pods-text.js';

/** How the monitors ended, and what they wrote. */
export function monitorLines({ manifest, monitoring }: Analysis): string[] {
  if (manifest.monitors.length === 0 && monitoring.tables.length === 0) return ['monitors: none'];
  const ended = manifest.monitors.map(({ role, host, script, status, message }) =>
    plainText(
      `  ${role} ${script}${host === undefined ? '' : ` on ${host}`}: ${status}${message === null ? '' : ` (${message})`}`,
    ),
  );
  const left = 'left' as const;
  const columns = [
    { title: 'host', align: left },
    { title: 'table', align: left },
    { title: 'rows' },
    { title: 'from s' },
    { title: 'to s' },
    { title: '± ms' },
    { title: 'unknown lines' },
  ];
  const inSeconds = (ms: number | null): string => shortTime(ms === null ? null : ms / 1000);
  const rows = monitoring.tables.map((table) => [
    plainText(table.host, 24),
    plainText(table.table, 24),
    grouped(table.rows),
    inSeconds(table.from_ms),
    inSeconds(table.to_ms),
    table.approximate ? 'approx.' : shortTime(table.uncertainty_ms),
    grouped(table.unknown_lines),
  ]);
  const pods = monitoring.pods === null ? [] : workerPodLines(monitoring.pods);
  return ['monitors', ...ended, ...(rows.length > 0 ? tableLines(columns, rows) : []), ...pods];
}
