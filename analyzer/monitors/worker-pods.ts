import { quoteName, type Tables } from '../../records/tables.js';
import { sqlOf } from '../sql.js';
import { MOST_PODS, type FunctionPods, type NodePods, type WorkerPod, type WorkerPods } from './worker-pods-model.js';
import { podFunction, type PodSigns } from './pod-function.js';

/**
 * Where the workers ran. An execution is on a pod where its worker bears the pod's name, or where an answer of faas_measure
 * tells the pod's address; a pod whose executions are not known tells its function by its label or its name.
 * Needs `joined`, `last_attempts` and `responses`, after `takeMeasuredWorkers`.
 *
 * @param podsView  a table or view with the rows of `pods.ndjson` on the run's axis
 * @param namespace of OpenWhisk, in which the run invokes; null where it is not known
 */
export async function workerPods(tables: Tables, podsView: string, namespace: string | null): Promise<WorkerPods> {
  await tables.run(`CREATE OR REPLACE TEMP VIEW watched_pods AS SELECT * FROM ${quoteName(podsView)}`);
  await tables.run(sqlOf('pod_lives'));
  await tables.run(sqlOf('pod_executions'));
  const [{ told, placed } = { told: 0, placed: 0 }] = await tables.query<{ told: number; placed: number }>(
    `SELECT (SELECT count(*) FROM pod_told WHERE address IS NOT NULL OR worker IN (SELECT pod FROM pod_lives)) AS told,
       (SELECT count(*) FROM pod_executions) AS placed`,
  );
  const placedOf = await tables.query<{ name: string; n: number }>(
    'SELECT "function" AS name, count(*) AS n FROM pod_executions GROUP BY ALL',
  );
  const ofFunction = told > 0 ? new Map(placedOf.map(({ name, n }) => [name, n])) : null;
  const rows = await tables.query<PodRow>(sqlOf('pods_and_executions'));
  const run = await tables.query<{ name: string }>('SELECT DISTINCT "function" AS name FROM invocations ORDER BY 1');
  const names = run.map(({ name }) => name);
  const seen = rows.map((row) => podOf(row, names, namespace, told > 0));
  const pods = seen.map(({ pod }) => pod);
  return {
    pods_seen: pods.length,
    pods: pods.slice(0, MOST_PODS),
    nodes: nodesOf(pods),
    functions: names.map((name) => functionOf(name, seen, ofFunction)),
    told,
    placed,
  };
}

interface PodRow extends Omit<WorkerPod, 'function' | 'function_by' | 'executions'>, PodSigns {
  executions: number;
  executed_functions: string[];
}

interface SeenPod {
  pod: WorkerPod;
  /** of it, each function of the run that was executed there */
  executed: string[];
}

function podOf(row: PodRow, functions: readonly string[], namespace: string | null, anyTold: boolean): SeenPod {
  const { executed_functions: executed, label_function: _label, label_namespace: _owner, ...seen } = row;
  const told =
    executed.length === 1
      ? { function: executed[0]!, function_by: 'executions' as const }
      : podFunction(row, functions, namespace);
  return { pod: { ...seen, ...told, executions: anyTold ? seen.executions : null }, executed };
}

function nodesOf(pods: readonly WorkerPod[]): NodePods[] {
  const byNode = new Map<string | null, WorkerPod[]>();
  for (const pod of pods) byNode.set(pod.node, [...(byNode.get(pod.node) ?? []), pod]);
  return [...byNode]
    .map(([node, own]) => ({ node, pods: own.length, executions: executionsOn(own) }))
    .sort((a, b) => b.pods - a.pods || ((a.node ?? '') < (b.node ?? '') ? -1 : 1));
}

/** Null where no execution of the run told its pod: then it is null of every pod. */
function executionsOn(pods: readonly WorkerPod[]): number | null {
  return pods.some(({ executions }) => executions === null)
    ? null
    : pods.reduce((sum, { executions }) => sum + executions!, 0);
}

function functionOf(name: string, pods: readonly SeenPod[], placed: ReadonlyMap<string, number> | null): FunctionPods {
  const own = pods.filter(({ pod, executed }) => pod.function === name || executed.includes(name));
  const nodes = new Set(own.flatMap(({ pod: { node } }) => node ?? []));
  return { name, pods: own.length, nodes: nodes.size, executions: placed === null ? null : (placed.get(name) ?? 0) };
}
