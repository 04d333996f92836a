import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { callsOf, FAKE_WSK_FOLDER, isAlive } from '../support/fake-wsk.js';
import { emptyFolder, platformForTest, runProgram, startProgram } from '../support/programs.js';

/** Three invocations of `hello` within a third of a second. */
function writeConfig(cwd: string): void {
  const config = {
    test_name: 'wsk',
    test_duration_in_seconds: 1,
    random_seed: 1,
    blocking_cli: true,
    endpoint: 'wsk',
    instances: { a: { application: 'hello', interarrivals_list: [0.1, 0.1, 0.1] } },
    // A busy machine makes processes late, which is no matter of these tests.
    limits: { lateness_budget_ms: 60_000 },
  };
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(config));
}

async function surroundings(cwd: string): Promise<Record<string, string>> {
  const env = await platformForTest(cwd);
  const hello = join(packageRoot, 'functions', 'hello');
  expect(runProgram('faaslab', ['deploy', hello, '--to', 'openwhisk'], { cwd, env })).toMatchObject({ status: 0 });
  writeConfig(cwd);
  return { ...env, PATH: [FAKE_WSK_FOLDER, process.env['PATH']].join(delimiter), FAKE_WSK_DIR: emptyFolder() };
}

test('a run by wsk starts one for each row, with the platform and the key of this run', async () => {
  const cwd = emptyFolder();
  const env = await surroundings(cwd);
  const { status, stderr } = runProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd, env });
  expect([stderr, status]).toEqual([expect.stringMatching(/^log: .*\n$/), 0]);
  const calls = callsOf(env['FAKE_WSK_DIR']!);
  expect(calls).toHaveLength(3);
  for (const { args, env: known } of calls) {
    expect(args).toEqual(['action', 'invoke', 'hello', '--blocking']);
    expect(known).toEqual([env['WHISK_APIHOST'], env['WHISK_AUTH'], 'v1']);
  }
  const csv = readFileSync(join(cwd, 'runs', 'latest', 'invocations.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  expect(csv.map((line) => line.split(',').slice(8))).toEqual(
    // {} and a line feed are 3 bytes; the stand-in says 65 (see its port's test).
    [0, 1, 2].map(() => ['ok', '', '200', '0123456789abcdef0123456789abcdef', '3', '65']),
  );
  const manifest = readFileSync(join(cwd, 'runs', 'latest', 'manifest.json'), 'utf8');
  expect(JSON.parse(manifest)).toMatchObject({ endpoint: { kind: 'wsk', wsk_version: 'fixture-1' } });
  expect(manifest).not.toContain(env['WHISK_AUTH']);
});

test('interrupted twice, a run leaves no wsk behind, and every row that was under way is lost', async () => {
  const cwd = emptyFolder();
  const env: Record<string, string> = { ...(await surroundings(cwd)), FAKE_WSK: 'hangs' };
  const invoker = startProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd, env });
  const ended = once(invoker, 'exit');
  let said = '';
  invoker.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const folder = env['FAKE_WSK_DIR']!;
  await vi.waitFor(() => expect(callsOf(folder)).toHaveLength(3), { timeout: 60_000 });
  invoker.kill('SIGINT');
  await vi.waitFor(() => expect(said).toContain('stopping'), { timeout: 60_000 });
  invoker.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  const pids = readdirSync(folder).filter((name) => name.endsWith('.args'));
  for (const name of pids) expect(isAlive(Number(name.replace('.args', '')))).toBe(false);
  const csv = readFileSync(join(cwd, 'runs', 'latest', 'invocations.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  expect(csv.map((line) => line.split(',').slice(8, 10))).toEqual([0, 1, 2].map(() => ['lost', 'interrupted']));
});

test('without wsk, --embedded ends before its platform starts', () => {
  const cwd = emptyFolder();
  writeConfig(cwd);
  // Node alone is on this PATH.
  symlinkSync(process.execPath, join(cwd, 'node'));
  const { status, stderr } = runProgram('WorkloadInvoker', ['-c', 'config.json', '--embedded'], {
    cwd,
    env: { PATH: cwd },
  });
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(/^WorkloadInvoker: endpoint "wsk" needs the wsk CLI, .*\n$/),
  ]);
  expect(existsSync(join(cwd, 'runs'))).toBe(false);
});
