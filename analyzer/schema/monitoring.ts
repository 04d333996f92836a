import { z } from 'zod';
import {
  MOST_PODS,
  type FunctionPods,
  type NodePods,
  type WorkerPod,
  type WorkerPods,
} from '../monitors/worker-pods-model.js';
import type { Monitoring, MonitorTable } from '../monitors/monitor-table.js';
import { count, countOrNull, describes, flag, list, numberOrNull, positiveOrNull, text, textOrNull } from './words.js';

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

const workerPods = describes<WorkerPods>()(
  z.strictObject({
    pods_seen: count('How many pods were seen'),
    pods: list(
      describes<WorkerPod>()(
        z.strictObject({
          pod: text('Its name'),
          node: textOrNull('Where it ran; null where it was never given one'),
          function: textOrNull('Of the run, or as its label names it; null where it is not known'),
          function_by: z
            .enum(['executions', 'label', 'name'])
            .nullable()
            .describe('What tells the function: the executions placed on it, its label, or its name'),
          invoker: textOrNull("OpenWhisk's invoker that made it"),
          seen_from_ms: z.number().describe('When it was seen first, ms since plan zero'),
          gone_ms: numberOrNull('When it was gone, ms since plan zero; null where it stayed'),
          restarts: countOrNull('Of its container, the most that was told'),
          workers: list(z.string(), 'Workers of the joined rows that were placed on it'),
          executions: countOrNull('Placed on it; null where no execution told its pod'),
        }),
      ),
      `In the order in which they were seen first; of more than ${MOST_PODS} the first`,
    ),
    nodes: list(
      describes<NodePods>()(
        z.strictObject({
          node: textOrNull('Its name; null: of pods that were never given one'),
          pods: count('Pods on it'),
          executions: countOrNull('Placed on them'),
        }),
      ),
      'By node, the one with the most pods first',
    ),
    functions: list(
      describes<FunctionPods>()(
        z.strictObject({
          name: text('The function'),
          pods: count('Pods that executed it, or are of it'),
          nodes: count('Different nodes of these'),
          executions: countOrNull('Placed on them'),
        }),
      ),
      'Functions of the run, in the order of their names',
    ),
    told: count("Executions that told their worker by a pod's name, or its address (faas_measure)"),
    placed: count('Of these, those that can be of one pod only'),
  }),
);

export const monitoring = describes<Monitoring>()(
  z.strictObject({
    tables: list(monitorTable, 'Each table of each host, by host; empty where nothing was watched'),
    pods: workerPods.nullable().describe('Where the workers ran; null where no cluster was watched'),
  }),
);
