import { readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { invocationsOf } from '../invoker/running.js';
import { emptyFolder, platformForTest, runProgram } from '../support/programs.js';

/** A run that invokes a sequence and an action by a package binding, on the embedded platform. */
const COUNT = 12;

async function deploy(host: string, auth: string): Promise<void> {
  const headers = {
    Authorization: `Basic ${Buffer.from(auth).toString('base64')}`,
    'Content-Type': 'application/json',
  };
  const put = async (path: string, body: object): Promise<void> => {
    const url = `${host}/api/v1/namespaces/_/${path}`;
    const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
    expect([path, answer.status]).toEqual([path, 200]);
  };
  const code = 'function main({ n = 0 }) { return { n: n + 1 }; }';
  await put('packages/tools', {});
  await put('actions/tools/step', { exec: { kind: 'nodejs:default', code } });
  await put('packages/bound', { binding: { namespace: '_', name: 'tools' } });
  await put('actions/seq', { exec: { kind: 'sequence', components: ['/_/tools/step', '/_/bound/step'] } });
}

test('each invocation has one record, and components are not counted as invocations', async () => {
  const cwd = emptyFolder();
  const env = await platformForTest(cwd);
  await deploy(env['WHISK_APIHOST']!, env['WHISK_AUTH']!);
  writeFileSync(
    join(cwd, 'config.json'),
    JSON.stringify({
      test_name: 'sequence',
      test_duration_in_seconds: 2,
      random_seed: 1,
      blocking_cli: true,
      endpoint: 'local_openwhisk',
      instances: Object.fromEntries(
        ['seq', 'bound/step'].map((application) => [
          application.replace('/', '-'),
          { application, interarrivals_list: Array.from({ length: COUNT }, () => 0.1) },
        ]),
      ),
      // A busy machine makes invocations late, which is no matter of this test.
      limits: { lateness_budget_ms: 60_000 },
    }),
  );
  expect(runProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd, env })).toMatchObject({ status: 0 });
  const rows = await invocationsOf(join(cwd, 'runs', readlinkSync(join(cwd, 'runs', 'latest'))));
  expect(rows.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 2 * COUNT }, () => 'ok'));
  for (const source of ['couchdb', 'openwhisk']) {
    const analyzed = runProgram('WorkloadAnalyzer', ['--source', source], { cwd, env });
    expect([analyzed.stderr, analyzed.status]).toEqual([expect.any(String), 0]);
    // 12 of each, and two components of each sequence
    expect(analyzed.stdout).toMatch(/^records read 48 for 24 activations/m);
    expect(analyzed.stdout).toMatch(/^bound\/step +12 /m);
    expect(analyzed.stdout).toMatch(/^seq +12 /m);
  }
});
