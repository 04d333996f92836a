import { join } from 'node:path';
import type { Manifest, MonitorOutcome } from '../../records/manifest.js';
import { quoteName, quoteText, type Tables } from '../../records/tables.js';
import { absentFiles } from './absent-files.js';
import { monitorFiles } from './monitor-files.js';
import { monitorName } from './monitor-name.js';
import type { Monitoring, MonitorTable } from './monitor-table.js';
import { readMonitor } from './read-monitor.js';
import { workerPods } from './worker-pods.js';

const PODS = 'pods';

export interface MonitoringOptions {
  onWarning: (warning: string) => void;
  signal?: AbortSignal | undefined;
}

/**
 * What the monitors of a run saw: reads what they wrote, places it on the run's axis and writes it as Parquet beside, and
 * makes the view `monitor_<table>` of every table, with `host`. A monitor that failed, or whose file is absent or cannot be
 * read, is a warning; it never harms the analysis. Needs the joined rows, after `takeMeasuredWorkers`.
 */
export async function readMonitors(
  tables: Tables,
  directory: string,
  manifest: Manifest,
  { onWarning, signal }: MonitoringOptions,
): Promise<Monitoring> {
  for (const outcome of manifest.monitors) if (outcome.status !== 'ok') onWarning(failureOf(outcome));
  for (const warning of await absentFiles(directory, manifest)) onWarning(warning);
  const read: MonitorTable[] = [];
  const takenIn = new Map<string, Set<string>>();
  for (const file of await monitorFiles(directory, manifest, onWarning)) {
    const taken = takenIn.get(file.host.folder) ?? new Set();
    takenIn.set(file.host.folder, taken);
    read.push(...(await readMonitor(tables, directory, file, manifest, { taken, onWarning, signal })));
  }
  warnOfUnknownLines(read, onWarning);
  await viewMonitors(tables, directory, read);
  const watched = read.some(({ table }) => table === PODS);
  const pods = watched ? await workerPods(tables, `monitor_${PODS}`, manifest.endpoint.namespace ?? null) : null;
  return { tables: read, pods };
}

/** The view of one table of all hosts. */
export function monitorView(table: string): string {
  return quoteName(`monitor_${table}`);
}

/** What an archive keeps of the monitors: a select for each table, with the rows of all hosts. */
export function monitorSelects({ tables: read }: Monitoring): Record<string, string> {
  const names = [...new Set(read.map(({ table }) => table))];
  return Object.fromEntries(
    names.map((table) => [table, `SELECT * FROM ${monitorView(table)} ORDER BY host, time_ms`]),
  );
}

async function viewMonitors(tables: Tables, directory: string, read: readonly MonitorTable[]): Promise<void> {
  for (const table of new Set(read.map((one) => one.table))) {
    const ofHosts = read
      .filter((one) => one.table === table)
      .map(
        ({ host, file }) =>
          `SELECT ${quoteText(host)} AS host, * FROM read_parquet(${quoteText(join(directory, file))})`,
      );
    // Hosts may have other counters.
    await tables.run(`CREATE OR REPLACE TEMP VIEW ${monitorView(table)} AS ${ofHosts.join(' UNION ALL BY NAME ')}`);
  }
}

function failureOf(outcome: MonitorOutcome): string {
  return `${monitorName(outcome)}: ${outcome.message ?? outcome.status}`;
}

function warnOfUnknownLines(read: readonly MonitorTable[], warn: (warning: string) => void): void {
  const bySource = new Map(read.map((one) => [one.source, one]));
  for (const { source, lines, unknown_lines: unknown } of bySource.values())
    if (unknown > 0) warn(`${source}: ${unknown} of ${lines} lines are not of its format and were left out`);
}
