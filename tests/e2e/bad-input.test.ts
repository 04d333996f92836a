import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { emptyFolder, platformForTest, runProgram, type Ended } from '../support/programs.js';

/** A config that would run if everything else were right. */
function writeConfig(folder: string, changes: Record<string, unknown> = {}): void {
  const config = {
    test_name: 'bad-input',
    test_duration_in_seconds: 1,
    random_seed: 1,
    blocking_cli: true,
    instances: { a: { application: 'hello', distribution: 'Uniform', rate: 5 } },
    ...changes,
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
}

/** Exactly one line tells what is wrong; the line that names the log, and notices, may come before it. */
function expectOneClearLine({ status, stdout, stderr }: Ended, exitCode: number, says: RegExp): void {
  const errors = stderr.split('\n').filter((line) => line !== '' && !/^(log:|warning:)/.test(line));
  expect({ status, errors }).toEqual({ status: exitCode, errors: [expect.stringMatching(says)] });
  expect(stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
  expect(stdout).toBe('');
}

/** Nothing was left that a later command would take for a run. */
function expectNoRun(folder: string): void {
  expect(readdirSync(folder)).not.toContain('runs');
}

describe('WorkloadInvoker', () => {
  test('says which config is missing', () => {
    const folder = emptyFolder();
    expectOneClearLine(runProgram('WorkloadInvoker', ['-c', 'nowhere.json'], { cwd: folder }), 2, /nowhere\.json/);
    expectNoRun(folder);
  });

  test('says where a config stops being JSON', () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'config.json'), '{\n  "test_name": "x",\n  "instances": {,}\n}');
    expectOneClearLine(
      runProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd: folder }),
      2,
      /config\.json.*line 3/,
    );
    expectNoRun(folder);
  });

  test('lists every error of a config at once, each with its place and what is allowed', () => {
    const folder = emptyFolder();
    writeConfig(folder, {
      test_duration_in_seconds: -1,
      instances: { a: { application: 'hello', distribution: 'Poison', rate: 'fast' } },
    });
    const { status, stderr } = runProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd: folder });
    expect(status).toBe(2);
    expect(stderr).toMatch(/config\.json: test_duration_in_seconds: .*-1/);
    expect(stderr).toMatch(/config\.json: instances\.a\.distribution: .*"Poison".*did you mean "Poisson"/);
    expect(stderr).toMatch(/config\.json: instances\.a\.rate: .*"fast"/);
    expectNoRun(folder);
  });

  test('says that a platform cannot be reached', async () => {
    const folder = emptyFolder();
    writeConfig(folder);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const env = { WHISK_APIHOST: `http://127.0.0.1:${port}`, WHISK_AUTH: 'a:b' };
    const ended = runProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd: folder, env });
    expectOneClearLine(ended, 1, new RegExp(`127\\.0\\.0\\.1:${port}`));
  });

  test('says what to set where no platform is known at all', () => {
    const folder = emptyFolder();
    writeConfig(folder);
    expectOneClearLine(runProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd: folder }), 2, /WHISK_APIHOST/);
  });

  test('tells a wrong key from an unknown function', async () => {
    const folder = emptyFolder();
    writeConfig(folder);
    const env = await platformForTest(folder);
    const wrongKey = { ...env, WHISK_AUTH: '00000000-0000-0000-0000-000000000000:wrong-key-of-the-test' };
    const refused = runProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd: folder, env: wrongKey });
    expectOneClearLine(refused, 1, /key|auth/i);
    expect(refused.stderr).not.toContain('wrong-key-of-the-test');
    expectOneClearLine(runProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd: folder, env }), 2, /hello/);
  });

  test('says that an output folder cannot be written, and fires nothing', async () => {
    const folder = emptyFolder();
    writeConfig(folder);
    const env = await platformForTest(folder);
    expect(runProgram('faaslab', ['deploy', 'hello', '--to', 'openwhisk'], { cwd: folder, env }).status).toBe(0);
    writeFileSync(join(folder, 'taken'), 'a file, not a folder');
    const ended = runProgram('WorkloadInvoker', ['-c', 'config.json', '-o', 'taken'], { cwd: folder, env });
    expectOneClearLine(ended, 1, /taken/);
    expect(readFileSync(join(folder, 'taken'), 'utf8')).toBe('a file, not a folder');
  });
});

test('faaslab platform says that its port is busy', async () => {
  const folder = emptyFolder();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ended = runProgram('faaslab', ['platform', '--port', String(port)], { cwd: folder });
  server.close();
  expectOneClearLine(ended, 1, new RegExp(`${port}`));
});

describe('WorkloadAnalyzer', () => {
  test('says that there is no run', () => {
    const folder = emptyFolder();
    expectOneClearLine(runProgram('WorkloadAnalyzer', [], { cwd: folder }), 1, /runs\/latest|no run/);
  });

  test('says that a run directory has no manifest, or a broken one', () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'empty'));
    expectOneClearLine(runProgram('WorkloadAnalyzer', ['--run', 'empty'], { cwd: folder }), 1, /empty.*manifest/);
    writeFileSync(join(folder, 'empty', 'manifest.json'), '{"format": "faaslab-run/1", "run');
    expectOneClearLine(runProgram('WorkloadAnalyzer', ['--run', 'empty'], { cwd: folder }), 1, /manifest\.json/);
  });
});

describe('ComparativeAnalyzer', () => {
  test('says that nothing is left when the only archive has a broken manifest', () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'data_archive', '2026_11_21_08_15_00_x'), { recursive: true });
    writeFileSync(join(folder, 'data_archive', '2026_11_21_08_15_00_x', 'manifest.json'), '{"format": "faas');
    const { status, stdout, stderr } = runProgram('ComparativeAnalyzer', ['-s', '0', '-p'], { cwd: folder });
    expect(status).toBe(1);
    expect(stderr).toMatch(/2026_11_21_08_15_00_x.*manifest/);
    expect(stdout).toBe('');
    expect(readdirSync(folder)).not.toContain('comparisons');
  });

  test('says that a time is none', () => {
    expectOneClearLine(runProgram('ComparativeAnalyzer', ['-s', 'yesterday'], { cwd: emptyFolder() }), 2, /yesterday/);
  });
});
