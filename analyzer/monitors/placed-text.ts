import type { WorkerPods } from './worker-pods-model.js';

/** What the figures rest on, in a sentence. */
export function placedText({ pods_seen: seen, nodes, told, placed }: WorkerPods): string {
  const known = nodes.filter(({ node }) => node !== null).length;
  const where = `${grouped(seen)} ${seen === 1 ? 'pod was' : 'pods were'} seen on ${grouped(known)} ${known === 1 ? 'node' : 'nodes'}.`;
  if (told === 0) {
    return `${where} No execution tells its pod: a function is that of the pod's label or name (answers of faas_measure, command stat, would tell).`;
  }
  return `${where} Of ${grouped(told)} executions that tell their worker's pod or address, ${grouped(placed)} are placed on the one pod it can be.`;
}

function grouped(n: number): string {
  return n.toLocaleString('en-US');
}
