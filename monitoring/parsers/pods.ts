import { ACTION_CONTAINER, type PodContainer, type PodLine, POD_EVENTS } from './pod-line.js';
import { countUnknown, type LineCount, type MonitorFormat, type Reading } from './reading.js';

/**
 * `pods.ndjson`, as monitoring/kubernetes/ writes it: a row an event of the table `pods`. Its time is when the event came to
 * the invoker; the columns `created_ms`, `started_ms`, `ready_ms` and `deletion_ms` are epoch milliseconds of the cluster's
 * own clock, which tells whole seconds and stands apart from the run's: they are not on its axis.
 */
export const podsFormat: MonitorFormat = {
  tool: 'pods',
  time: 'epoch',
  tables: {
    pods: {
      text: ['event', 'pod', 'uid', 'node', 'function', 'namespace', 'invoker', 'phase', 'pod_ip', 'host_ip', 'image'],
    },
  },
  async *read(lines, count) {
    for await (const line of lines) {
      const reading = readingOf(line, count);
      if (reading !== null) yield reading;
    }
  },
};

function readingOf(line: string, count: LineCount): Reading | null {
  count.lines += 1;
  const told = podLineIn(line);
  if (told === null) {
    countUnknown(count, line);
    return null;
  }
  const labels = fieldsOf(told.labels) as PodLine['labels'];
  const container = actionContainer(told.containers);
  return {
    table: 'pods',
    time: told.at_ms,
    values: {
      event: told.event,
      pod: told.pod,
      uid: told.uid,
      node: textOf(told.node),
      function: textOf(labels['openwhisk/action']),
      namespace: textOf(labels['openwhisk/namespace']),
      invoker: textOf(labels.invoker),
      phase: textOf(told.phase),
      pod_ip: textOf(told.pod_ip),
      host_ip: textOf(told.host_ip),
      image: textOf(container?.image),
      restarts: Number.isSafeInteger(container?.restarts) ? container!.restarts! : null,
      created_ms: epochOf(told.created),
      started_ms: epochOf(told.started),
      ready_ms: epochOf(told.ready),
      deletion_ms: epochOf(told.deletion),
    },
  };
}

/** The line with the fields that every line has; the others may be anything. */
function podLineIn(text: string): PodLine | null {
  let line: PodLine;
  try {
    line = fieldsOf(JSON.parse(text)) as unknown as PodLine;
  } catch {
    return null;
  }
  const { at_ms: atMs, event, pod, uid } = line;
  const isWhole = Number.isFinite(atMs) && POD_EVENTS.includes(event) && isText(pod) && isText(uid);
  return isWhole ? line : null;
}

function actionContainer(containers: unknown): Partial<PodContainer> | null {
  if (!Array.isArray(containers)) return null;
  const all = containers.map((one) => fieldsOf(one) as Partial<PodContainer>);
  return all.find(({ name }) => name === ACTION_CONTAINER) ?? all[0] ?? null;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function textOf(value: unknown): string | null {
  return isText(value) ? value : null;
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

function epochOf(stamp: unknown): number | null {
  const epochMs = isText(stamp) && RFC3339.test(stamp) ? Date.parse(stamp) : Number.NaN;
  return Number.isNaN(epochMs) ? null : epochMs;
}
