/** What was seen of a pod. `LISTED`: on a list, not by the watch. `GONE`: on no list any more, and nobody saw it go. */
export const POD_EVENTS = ['ADDED', 'MODIFIED', 'DELETED', 'LISTED', 'GONE'] as const;
export type PodEvent = (typeof POD_EVENTS)[number];

/**
 * A line of `pods.ndjson`: a pod as it was told at one moment, in the few fields that are needed. Its variables, volumes
 * and annotations may hold secrets and are never among them.
 */
export interface PodLine {
  /** when it came to us, epoch milliseconds of the invoker's clock */
  at_ms: number;
  event: PodEvent;
  pod: string;
  uid: string;
  namespace: string | null;
  /** of POD_LABELS, those that it has */
  labels: Partial<Record<(typeof POD_LABELS)[number], string>>;
  node: string | null;
  host_ip: string | null;
  pod_ip: string | null;
  phase: string | null;
  /** RFC 3339 as the cluster tells it: its clock, whole seconds */
  created: string | null;
  started: string | null;
  /** since when it is ready; null while it is not */
  ready: string | null;
  /** by when it will be deleted: when that was asked for and its grace period */
  deletion: string | null;
  containers: PodContainer[];
}

/** In OpenWhisk's pods the container that executes; other pods are told by their first. */
export const ACTION_CONTAINER = 'user-action';

export interface PodContainer {
  name: string;
  id: string | null;
  image: string | null;
  restarts: number | null;
  /** since when it runs; null while it does not */
  started: string | null;
}

/**
 * Labels that OpenWhisk gives the pods of its actions. `openwhisk/action` and `openwhisk/namespace` come when the action is
 * loaded, so that prewarmed pods have none; versions before 2020 never set them.
 * @see WhiskPodBuilder.scala, KubernetesContainer.scala, KubernetesContainerFactory.scala in apache/openwhisk
 */
export const POD_LABELS = [
  'user-action-pod',
  'name',
  'invoker',
  'release',
  'openwhisk/action',
  'openwhisk/namespace',
] as const;
