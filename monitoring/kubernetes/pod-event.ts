import { ACTION_CONTAINER, POD_LABELS, type PodContainer, type PodEvent, type PodLine } from '../parsers/pod-line.js';

/** What a line of `kubectl get --watch --output-watch-events -o json` says: kubectl writes an event as one line. */
export type WatchLine =
  | { kind: 'pod'; line: PodLine }
  /** a marker without a pod */
  | { kind: 'nothing' }
  /** the server ended the watch, and says why */
  | { kind: 'error'; message: string }
  | { kind: 'unknown' };

/** Longer than any name, address or image that a cluster accepts. */
const LONGEST_TEXT = 255;
/** Sidecars make it more than one; a line has to stay short enough for those who read monitors' files. */
const MOST_CONTAINERS = 4;

/** Reads one line of the watch; whatever it is, it does not throw. */
export function readWatchLine(text: string, atMs: number): WatchLine {
  const event = asObject(parsed(text));
  const object = asObject(event?.['object']);
  if (event === null || object === null) return { kind: 'unknown' };
  const { type } = event;
  if (type === 'BOOKMARK') return { kind: 'nothing' };
  if (type === 'ERROR') return { kind: 'error', message: textIn(object, 'message') ?? 'without a reason' };
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') return { kind: 'unknown' };
  const line = podLineOf(object, type, atMs);
  return line === null ? { kind: 'unknown' } : { kind: 'pod', line };
}

export interface PodList {
  pods: PodLine[];
  /** how many of its items are no pods that can be told apart */
  unread: number;
}

/** The pods of an answer to `kubectl get pods -o json`; null where it is none. */
export function readPodList(text: string, atMs: number): PodList | null {
  const items = asObject(parsed(text))?.['items'];
  if (!Array.isArray(items)) return null;
  const pods = items.flatMap((item) => podLineOf(asObject(item), 'LISTED', atMs) ?? []);
  return { pods, unread: items.length - pods.length };
}

/** Takes of a pod what is needed, field by field: what else it holds may be secret. Null where it is no pod. */
function podLineOf(pod: Fields | null, event: PodEvent, atMs: number): PodLine | null {
  const metadata = asObject(pod?.['metadata']);
  const name = textIn(metadata, 'name');
  const uid = textIn(metadata, 'uid');
  if (pod?.['kind'] !== 'Pod' || name === null || uid === null) return null;
  const labels = asObject(metadata!['labels']);
  const status = asObject(pod['status']);
  return {
    at_ms: atMs,
    event,
    pod: name,
    uid,
    namespace: textIn(metadata, 'namespace'),
    labels: Object.fromEntries(POD_LABELS.flatMap((label) => entryOf(label, textIn(labels, label)))),
    node: textIn(asObject(pod['spec']), 'nodeName'),
    host_ip: textIn(status, 'hostIP'),
    pod_ip: textIn(status, 'podIP'),
    phase: textIn(status, 'phase'),
    created: textIn(metadata, 'creationTimestamp'),
    started: textIn(status, 'startTime'),
    ready: readySince(status),
    deletion: textIn(metadata, 'deletionTimestamp'),
    containers: containersOf(status),
  };
}

function entryOf(label: string, value: string | null): [string, string][] {
  return value === null ? [] : [[label, value]];
}

function readySince(status: Fields | null): string | null {
  const ready = objectsIn(status, 'conditions').find((one) => one['type'] === 'Ready' && one['status'] === 'True');
  return textIn(ready ?? null, 'lastTransitionTime');
}

function containersOf(status: Fields | null): PodContainer[] {
  const isAction = (one: Fields): number => Number(one['name'] === ACTION_CONTAINER);
  return objectsIn(status, 'containerStatuses')
    .sort((a, b) => isAction(b) - isAction(a))
    .slice(0, MOST_CONTAINERS)
    .map((one) => ({
      name: textIn(one, 'name') ?? '',
      id: textIn(one, 'containerID'),
      image: textIn(one, 'image'),
      restarts: Number.isSafeInteger(one['restartCount']) ? (one['restartCount'] as number) : null,
      started: textIn(asObject(asObject(one['state'])?.['running']), 'startedAt'),
    }));
}

type Fields = Record<string, unknown>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asObject(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function objectsIn(fields: Fields | null, name: string): Fields[] {
  const value = fields?.[name];
  return Array.isArray(value) ? value.map(asObject).filter((one) => one !== null) : [];
}

/** Absent and empty are the same to the cluster. */
function textIn(fields: Fields | null, name: string): string | null {
  const value = fields?.[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_TEXT) : null;
}
