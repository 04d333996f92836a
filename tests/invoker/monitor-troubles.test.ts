import { expect, test } from 'vitest';
import { monitorTroubles } from '../../invoker/monitor-troubles.js';
import type { MonitorOutcome } from '../../records/manifest.js';

const host = { hostname: 'here', os: 'linux', cpus: 2, memory_bytes: 1 };
const outcome = (given: Partial<MonitorOutcome>): MonitorOutcome => ({
  role: 'runtime_script',
  host: 'here',
  script: 'm.sh',
  status: 'failed',
  message: 'it ended with exit code 7',
  ...given,
});

test('what failed is told with its host, where that is another one', () => {
  const monitors = [
    outcome({}),
    outcome({ host: 'node-1' }),
    outcome({ role: 'sampler', host: 'node-1', status: 'lost', message: 'lost' }),
    outcome({ role: 'host', host: 'node-1', script: 'ssh user@x', status: 'unreachable', message: 'no way' }),
    outcome({ role: 'kubernetes', host: 'kubernetes+openwhisk', script: 'kubectl', message: 'no rights' }),
    outcome({ status: 'ok', message: null }),
    outcome({ status: 'running', message: null }),
  ];
  // Runs of older versions do not say which host an outcome is of: it was this one.
  const { host: _, ...old } = outcome({});
  expect(monitorTroubles({ host, monitors: [...monitors, old] })).toEqual([
    'runtime_script: it ended with exit code 7',
    'runtime_script on node-1: it ended with exit code 7',
    'sampler on node-1: lost',
    'host node-1 (ssh user@x): no way',
    'kubernetes: no rights',
    'runtime_script: it ended with exit code 7',
  ]);
});

test('what a host or a config says cannot act on a terminal', () => {
  const monitors = [outcome({ host: 'evil\u001b[2J', message: 'a\nb' })];
  expect(monitorTroubles({ host, monitors })).toEqual([String.raw`runtime_script on evil\u001b[2J: a\nb`]);
});
