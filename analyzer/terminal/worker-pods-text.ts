import type { WorkerPods } from '../monitors/worker-pods-model.js';
import { placedText } from '../monitors/placed-text.js';
import { grouped, plainText, shortTime, wrapped } from './numbers.js';
import { tableLines } from './text-table.js';

const WIDTH = 100;
const PODS_SHOWN = 20;

/** What `-v` says of where the workers ran. */
export function workerPodLines(pods: WorkerPods): string[] {
  if (pods.pods_seen === 0) return ['pods: none was seen'];
  const rows = pods.pods
    .slice(0, PODS_SHOWN)
    .map((one) => [
      plainText(one.pod, 45),
      plainText(one.node ?? '–', 24),
      plainText(one.function ?? '–', 24),
      shortTime(one.seen_from_ms),
      one.gone_ms === null ? 'stayed' : shortTime(one.gone_ms),
      one.executions === null ? '–' : grouped(one.executions),
    ]);
  const left = pods.pods_seen - rows.length;
  return [
    ...wrapped(`pods: ${placedText(pods)}`, WIDTH),
    ...tableLines(
      [
        { title: 'pod', align: 'left' },
        { title: 'node', align: 'left' },
        { title: 'function', align: 'left' },
        { title: 'seen_from_ms' },
        { title: 'gone_ms' },
        { title: 'executions' },
      ],
      rows,
    ),
    ...(left > 0 ? [`and ${grouped(left)} more (analysis.json)`] : []),
  ];
}
