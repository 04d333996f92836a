/** Where the workers ran: the pods that a watched Kubernetes cluster showed, and what is known of what they executed. */
export interface WorkerPods {
  /** how many were seen */
  pods_seen: number;
  /** in the order in which they were seen first; of more than MOST_PODS the first */
  pods: WorkerPod[];
  nodes: NodePods[];
  /** functions of the run, in the order of their names */
  functions: FunctionPods[];
  /** executions that told their worker by a pod's name, or its address (faas_measure) */
  told: number;
  /** of these, those that can be of one pod only */
  placed: number;
}

/** A page and a file have an end: the counts are of all pods. */
export const MOST_PODS = 1_000;

export interface WorkerPod {
  pod: string;
  /** null where it was never given one */
  node: string | null;
  /** of the run, or as its label names it; null where it is not known, as of a prewarmed pod that was never used */
  function: string | null;
  /** what tells the function: the executions placed on it, its label, or its name */
  function_by: 'executions' | 'label' | 'name' | null;
  /** OpenWhisk's invoker that made it */
  invoker: string | null;
  /** milliseconds since plan zero; what was there when the watch began is seen from then on */
  seen_from_ms: number;
  /** null where it was still there at last */
  gone_ms: number | null;
  /** of its container, the most that was told */
  restarts: number | null;
  /** of joined executions that were placed on it */
  workers: string[];
  /** placed on it; null where no execution of the run told its pod */
  executions: number | null;
}

export interface NodePods {
  /** null: of pods that were never given one */
  node: string | null;
  pods: number;
  executions: number | null;
}

export interface FunctionPods {
  name: string;
  pods: number;
  /** different ones */
  nodes: number;
  executions: number | null;
}
