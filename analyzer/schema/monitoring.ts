import { z } from 'zod';
import type { Monitoring, MonitorTable } from '../monitors/monitor-table.js';
import { count, describes, flag, list, numberOrNull, positiveOrNull, text } from './words.js';

const monitorTable = describes<MonitorTable>()(
  z.strictObject({
    host: text('The host, as `manifest.monitored_hosts` names it'),
    table: text('Which table: `sampler`, `perf`, `cgtop_groups` … (docs/columns.md)'),
    file: text('Its Parquet file, relative to the run directory: `time_ms` since plan zero and a column each counter'),
    source: text('What the tool wrote, relative to the run directory'),
    rows: count('Its rows'),
    columns: list(z.string(), 'Its columns beside `time_ms`'),
    from_ms: numberOrNull('Its first reading, ms since plan zero; null without rows'),
    to_ms: numberOrNull('Its last reading, ms since plan zero; null without rows'),
    uncertainty_ms: positiveOrNull('How far its times may be off, ±, ms; null where nobody knows'),
    approximate: flag('Whether its times rest on when its script was started, or on a clock that nobody read'),
    lines: count('Lines of the source'),
    unknown_lines: count('Of these, lines that are not of its format: they were left out'),
  }),
);

export const monitoring = describes<Monitoring>()(
  z.strictObject({ tables: list(monitorTable, 'Each table of each host, by host; empty where nothing was watched') }),
);
