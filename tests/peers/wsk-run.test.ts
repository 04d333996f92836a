import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { invocationsOf } from '../invoker/running.js';
import { emptyFolder, platformForTest, runProgram, startProgram } from '../support/programs.js';
import { realWskFolder } from './real-wsk.js';

const wskFolder = realWskFolder();

/** Where wsk is, and a folder of temporary files of the test's own, by which its processes are known. */
function surroundings(cwd: string): { PATH: string; TMPDIR: string } {
  const temporary = join(cwd, 'tmp');
  mkdirSync(temporary);
  return { PATH: [wskFolder, process.env['PATH']].join(delimiter), TMPDIR: temporary };
}

/** The argument lists of the wsk processes that read parameters from a folder. */
function processesWith(parameters: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').replaceAll('\0', ' ');
      } catch {
        // It has ended meanwhile.
        return '';
      }
    })
    .filter((line) => line.startsWith(join(wskFolder!, 'wsk')) && line.includes(parameters));
}

function deploy(name: string, cwd: string, env: Record<string, string>): void {
  const deployed = runProgram('faaslab', ['deploy', join(packageRoot, 'functions', name), '--to', 'openwhisk'], {
    cwd,
    env,
  });
  expect(deployed).toMatchObject({ status: 0 });
}

function writeFunction(cwd: string, name: string, code: string): void {
  const folder = join(cwd, 'functions', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'code.js'), `${code}\nexports.main = main;\n`);
  const node = { file: 'code.js', main: 'main', handler: 'code.main' };
  const manifest = {
    name,
    runtimes: { node },
    memory_mb: 128,
    timeout_ms: 10_000,
    parameters: {},
    expected: [{ parameters: {}, result: {} }],
    licence: 'MIT',
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

/** `count` invocations of each function, one every 100 ms. */
function config(cwd: string, functions: Record<string, object>, given: object = {}): string {
  const gaps = [0.05, 0.1, 0.1];
  writeFileSync(
    join(cwd, 'config.json'),
    JSON.stringify({
      test_name: 'wsk',
      test_duration_in_seconds: 1,
      random_seed: 1,
      blocking_cli: true,
      endpoint: 'wsk',
      instances: Object.fromEntries(
        Object.entries(functions).map(([application, more]) => [
          application,
          { application, interarrivals_list: gaps, ...more },
        ]),
      ),
      // A busy machine makes processes late, which is no matter of these tests.
      limits: { lateness_budget_ms: 60_000 },
      ...given,
    }),
  );
  return 'config.json';
}

async function rowsIn(cwd: string): Promise<Awaited<ReturnType<typeof invocationsOf>>> {
  return invocationsOf(join(cwd, 'runs', readlinkSync(join(cwd, 'runs', 'latest'))));
}

describe.skipIf(wskFolder === undefined)('a run by the real wsk', () => {
  test.each([true, false])('on the embedded platform, blocking %s: every row has its activation', async (blocking) => {
    const cwd = emptyFolder();
    const env = surroundings(cwd);
    writeFileSync(join(cwd, 'ms.json'), '{ "ms": 30 }');
    writeFunction(cwd, 'broken', 'function main() { return { error: "no" }; }');
    const functions = { hello: {}, sleep: { param_file: 'ms.json' }, broken: {} };
    const name = config(cwd, functions, { blocking_cli: blocking });
    const invoked = runProgram('WorkloadInvoker', ['-c', name, '--embedded'], { cwd, env });
    expect([invoked.stderr, invoked.status]).toEqual([expect.stringMatching(/^log: /), 0]);

    const rows = await rowsIn(cwd);
    expect(rows).toHaveLength(9);
    expect(new Set(rows.map(({ activation_id: id }) => id)).size).toBe(9);
    for (const row of rows) {
      expect(row.activation_id).toMatch(/^[0-9a-f]{32}$/);
      const failed = blocking && row.function === 'broken';
      expect(row).toMatchObject(
        failed
          ? { outcome: 'failed', error: 'function_error', status: 502 }
          : { outcome: 'ok', error: null, status: blocking ? 200 : 202 },
      );
      // {"ms":30} has 9 bytes, {} 2, and wsk adds a line feed.
      expect(row.request_bytes).toBe(row.function === 'sleep' ? 10 : 3);
    }
    const analyzed = runProgram('WorkloadAnalyzer', ['-p', '-a'], { cwd, env });
    expect(analyzed.status).toBe(0);
    expect(analyzed.stdout).toMatch(/^records read 9 for 9 activations/m);
    expect(analyzed.stdout).toMatch(/^broken +3 /m);
    // Nothing of the key or of the parameters reached a file that is kept.
    const run = join(cwd, 'runs', 'latest');
    const kept = readdirSync(run, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(json|csv|log)$/.test(file),
    );
    expect(kept.map((file) => readFileSync(join(run, file), 'utf8')).join('\n')).not.toMatch(/WHISK_AUTH|faaslab-wsk-/);
  });

  test('what a platform throttles, and what takes longer than the timeout, is recorded so and explained', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'platform.json'), '{"limits": {"concurrent_invocations": 1}}');
    const env = { ...(await platformForTest(cwd, ['--config', 'platform.json'])), ...surroundings(cwd) };
    deploy('sleep', cwd, env);
    writeFileSync(join(cwd, 'long.json'), '{"ms": 8000}');
    const name = config(
      cwd,
      { sleep: { param_file: 'long.json' } },
      { limits: { lateness_budget_ms: 60_000, timeout_ms: 4_000 } },
    );
    const invoked = runProgram('WorkloadInvoker', ['-c', name], { cwd, env });
    expect([invoked.stderr, invoked.status]).toEqual([expect.any(String), 0]);
    const rows = await rowsIn(cwd);
    // One is allowed at once: whichever of the three came first was accepted, and then took longer than the timeout.
    const ends = rows.map(({ error, status }) => [error, status]).toSorted();
    expect(ends).toEqual([
      ['throttled', 429],
      ['throttled', 429],
      ['timeout', null],
    ]);
    expect(processesWith(cwd)).toEqual([]);
    const analyzed = runProgram('WorkloadAnalyzer', ['--wait', '0'], { cwd, env });
    expect([analyzed.stderr, analyzed.status]).toEqual([expect.any(String), 0]);
    expect(analyzed.stdout).toMatch(/^2 × sleep: throttled \(429\)\n1 × sleep: timeout$/m);
  });

  test('on a platform that stays, its activations are read by OpenWhisk’s own API', async () => {
    const cwd = emptyFolder();
    const { COUCHDB_URL: _, ...platform } = await platformForTest(cwd);
    const env = { ...platform, ...surroundings(cwd) };
    deploy('hello', cwd, env);
    expect(runProgram('WorkloadInvoker', ['-c', config(cwd, { hello: {} })], { cwd, env })).toMatchObject({
      status: 0,
    });
    const analyzed = runProgram('WorkloadAnalyzer', [], { cwd, env });
    expect(analyzed.status).toBe(0);
    expect(analyzed.stdout).toMatch(/^records read 3 for 3 activations \(openwhisk\)/m);
  });

  test('an action that does not exist, and parameters above the limit, end before anything starts', async () => {
    const cwd = emptyFolder();
    const env: Record<string, string> = { ...(await platformForTest(cwd)), ...surroundings(cwd) };
    const missing = runProgram('WorkloadInvoker', ['-c', config(cwd, { gone: {} })], { cwd, env });
    expect(missing).toMatchObject({ status: 2, stderr: expect.stringMatching(/"gone" does not exist/) });
    deploy('hello', cwd, env);
    writeFileSync(join(cwd, 'big.json'), JSON.stringify({ name: 'x'.repeat(2 ** 20) }));
    const big = runProgram('WorkloadInvoker', ['-c', config(cwd, { hello: { param_file: 'big.json' } })], { cwd, env });
    // {"name":"…"} has 11 bytes around 1,048,576, and wsk adds a line feed.
    expect(big).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /instances\.hello\.param_file: big\.json makes a body of 1,048,588 bytes, but .*takes 1,048,576/,
      ),
    });
    expect(readdirSync(join(cwd, 'runs'))).toEqual([]);
  });

  test.each([['SIGINT twice'], ['SIGKILL']])('after %s no wsk is left', async (how) => {
    const cwd = emptyFolder();
    const env: Record<string, string> = { ...(await platformForTest(cwd)), ...surroundings(cwd) };
    deploy('sleep', cwd, env);
    writeFileSync(join(cwd, 'long.json'), '{"ms": 50000}');
    const name = config(cwd, { sleep: { param_file: 'long.json' } });
    const invoker = startProgram('WorkloadInvoker', ['-c', name], { cwd, env });
    const ended = once(invoker, 'exit');
    let said = '';
    invoker.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await vi.waitFor(() => expect(processesWith(cwd)).toHaveLength(3), { timeout: 60_000 });
    expect(processesWith(cwd).join('\n')).not.toContain(env['WHISK_AUTH']);
    if (how === 'SIGKILL') {
      invoker.kill('SIGKILL');
    } else {
      invoker.kill('SIGINT');
      await vi.waitFor(() => expect(said).toMatch(/stopping/), { timeout: 60_000 });
      invoker.kill('SIGINT');
    }
    const [code] = await ended;
    if (how !== 'SIGKILL') {
      expect(code).toBe(130);
      expect((await rowsIn(cwd)).map(({ outcome, error }) => [outcome, error])).toEqual([
        ['lost', 'interrupted'],
        ['lost', 'interrupted'],
        ['lost', 'interrupted'],
      ]);
    }
    await vi.waitFor(() => expect([processesWith(cwd), readdirSync(env['TMPDIR']!)]).toEqual([[], []]), {
      timeout: 60_000,
    });
  });
});
