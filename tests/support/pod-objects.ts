import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../common/package-root.js';

/** A pod as the API of Kubernetes tells it, full of secrets. */
export type PodObject = Record<'metadata' | 'spec' | 'status', Record<string, unknown>> & { kind: string };

const FULL_POD = readFileSync(join(packageRoot, 'tests', 'fixtures', 'kubernetes', 'pod.json'), 'utf8');

export interface PodChanges {
  /** by default prewarmed: without the labels of an action */
  action?: string;
  node?: string | null;
  ip?: string | null;
  phase?: string;
  metadata?: Record<string, unknown>;
}

/** The pod of the fixture under another name (its uid is `uid-<name>`), with what a test wants otherwise. */
export function podObject(name: string, { action, node, ip, phase, metadata }: PodChanges = {}): PodObject {
  const pod = JSON.parse(FULL_POD) as PodObject;
  const labels: Record<string, string> = { ...(pod.metadata['labels'] as object), name };
  delete labels['openwhisk/action'];
  delete labels['openwhisk/namespace'];
  if (action !== undefined) Object.assign(labels, { 'openwhisk/action': action, 'openwhisk/namespace': 'guest' });
  Object.assign(pod.metadata, { name, uid: `uid-${name}`, labels, ...metadata });
  if (node !== undefined) pod.spec['nodeName'] = node;
  if (ip !== undefined) pod.status['podIP'] = ip;
  if (phase !== undefined) pod.status['phase'] = phase;
  return pod;
}

/** As `kubectl get pods -o json` prints it. */
export function podList(...items: PodObject[]): string {
  return `${JSON.stringify({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }, null, 4)}\n`;
}

/** As `kubectl get pods --watch --output-watch-events -o json` prints an event. */
export function watchEvent(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}
