import { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import type { Manifest } from '../../records/manifest.js';
import { emptyFolder, platformForTest, runProgram } from '../support/programs.js';

test('a FaaSProfiler config runs as it is, and its habits find their files', { timeout: 120_000 }, async () => {
  const folder = emptyFolder();
  for (const habit of ['logs', 'synthetic_workload_invoker', 'workload_analyzer']) mkdirSync(join(folder, habit));
  copyFileSync(join(packageRoot, 'configs', 'faasprofiler-example.json'), join(folder, 'workload_configs.json'));
  cpSync(join(packageRoot, 'configs', 'params'), join(folder, 'params'), { recursive: true });
  const env = await platformForTest(folder);
  const asConfigured = JSON.parse(readFileSync(join(folder, 'workload_configs.json'), 'utf8')) as {
    instances: Record<string, { application: string }>;
  };
  const names = [...new Set(Object.values(asConfigured.instances).map(({ application }) => application))];
  expect(runProgram('faaslab', ['deploy', ...names, '--to', 'openwhisk'], { cwd: folder, env }).status).toBe(0);

  const invoked = runProgram('WorkloadInvoker', ['-c', 'workload_configs.json'], { cwd: folder, env });
  expect([invoked.stderr, [0, 3].includes(invoked.status!)]).toEqual([invoked.stderr, true]);
  const manifest = JSON.parse(readFileSync(join(folder, 'runs', 'latest', 'manifest.json'), 'utf8')) as Manifest;
  expect(manifest.ledger.ok).toBe(manifest.ledger.planned);
  const metadata = readFileSync(join(folder, 'synthetic_workload_invoker', 'test_metadata.out'), 'utf8').split('\n');
  expect(metadata.slice(0, 3)).toEqual([
    String(manifest.start_epoch_ms),
    expect.stringContaining('workload_configs.json'),
    String(manifest.ledger.planned),
  ]);
  expect(readFileSync(join(folder, 'logs', 'SWI.log'), 'utf8')).toMatch(/ - SWI - INFO - Test started[^]*Test ended/);

  const analyzed = runProgram('WorkloadAnalyzer', ['-r', '-p', '-s', '-a', '-c'], { cwd: folder, env });
  expect([0, 3]).toContain(analyzed.status);
  expect(readdirSync(folder)).toContain('results.png');
  expect(readdirSync(join(folder, 'workload_analyzer'))).toContain('capacity_factors.json');
  expect(readdirSync(join(folder, 'data_archive'))).toHaveLength(1);
  expect(readFileSync(join(folder, 'logs', 'WA.log'), 'utf8')).toMatch(/ - WA - INFO - /);
});
