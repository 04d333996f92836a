import type { FunctionShape, PoolAction, PoolLimits } from '../../../../embedded/execution/pool/model.js';

/** Three instances, two starting at a time, most recently used first; nothing else is limited. */
export const LIMITS: PoolLimits = {
  maxInstances: 3,
  maxInstancesPerFunction: null,
  queueLimit: null,
  keepAliveMs: 100,
  spawnParallelism: 2,
  placement: 'mru',
  placementSeed: 1,
  prewarm: {},
};

/** A function that executes one job at a time and never in a prewarmed instance, unless said otherwise. */
export function shape(key: string, of: Partial<FunctionShape> = {}): FunctionShape {
  return { key, concurrency: 1, maxInstances: null, prewarmedBy: null, ...of };
}

/** `run a on 1`, `spawn 2 for b`, `prewarm 3 (node)`, `adopt 3 for c`, `stop 3` */
export function said(actions: PoolAction<string>[]): string[] {
  return actions.map((action) => {
    switch (action.act) {
      case 'run':
        return `run ${action.job} on ${action.instance}`;
      case 'prewarm':
        return `prewarm ${action.instance} (${action.runtime})`;
      case 'stop':
        return `stop ${action.instance}`;
      default:
        return `${action.act} ${action.instance} for ${action.job}`;
    }
  });
}
