import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { openWhiskClient } from '../../deployer/targets/openwhisk.js';
import { closedPort } from '../support/http-servers.js';
import { emptyFolder, platformForTest, runProgram } from '../support/programs.js';
import { GOOD_MANIFEST, writeFunction } from './function-folder.js';

const HELLO = join(packageRoot, 'functions', 'hello');

test('deploy creates, then updates, then deletes, a line each; --json says the same to machines', async () => {
  const cwd = emptyFolder();
  const env = await platformForTest(cwd);
  const deploy = (...args: string[]) => runProgram('faaslab', ['deploy', ...args, '--to', 'embedded'], { cwd, env });

  expect(deploy(HELLO, 'cpu')).toMatchObject({
    status: 0,
    stdout:
      'hello            created  nodejs:default, 128 MB, 10000 ms\n' +
      'cpu              created  nodejs:default, 128 MB, 60000 ms\n',
    stderr: '',
  });
  const again = deploy(HELLO, '--json');
  expect(JSON.parse(again.stdout)).toEqual({
    url: env['WHISK_APIHOST'],
    functions: [{ name: 'hello', outcome: 'updated', kind: 'nodejs:default', memory_mb: 128, timeout_ms: 10000 }],
  });
  expect(deploy(HELLO, 'cpu', '--delete').stdout).toMatch(/^hello +deleted\ncpu +deleted\n$/);
  expect(deploy(HELLO, '--delete')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^hello +absent\n$/) });
});

test('a dry run asks the platform, says what would be done to each function, and changes nothing', async () => {
  const cwd = emptyFolder();
  const env = await platformForTest(cwd);
  const deploy = (...args: string[]) =>
    runProgram('faaslab', ['deploy', ...args, '--to', 'openwhisk', '--runtime', 'python'], { cwd, env });
  expect(deploy(HELLO)).toMatchObject({ status: 0 });
  expect(deploy(HELLO, 'cpu', '--dry-run')).toMatchObject({
    status: 0,
    stdout:
      'hello            would update  python:default, 128 MB, 10000 ms\n' +
      'cpu              would create  python:default, 128 MB, 60000 ms\n',
    stderr: '',
  });
  expect(deploy(HELLO, 'cpu', '--dry-run', '--delete').stdout).toMatch(/^hello +would delete\ncpu +absent\n$/);
  // Still there, and cpu still is not.
  expect(deploy(HELLO, 'cpu', '--delete').stdout).toMatch(/^hello +deleted\ncpu +absent\n$/);
});

test('a dry run without a platform says what it can, and that nobody was asked', () => {
  const dry = runProgram('faaslab', ['deploy', HELLO, '--to', 'embedded', '--dry-run', '--json'], {
    cwd: emptyFolder(),
  });
  expect(dry.status).toBe(0);
  expect(dry.stderr).toMatch(/^faaslab deploy: no platform was asked: --to embedded: start one with [^\n]+\n$/);
  expect(JSON.parse(dry.stdout)).toEqual({ url: null, functions: [{ name: 'hello', outcome: 'would deploy (node)' }] });
});

test('the function of somebody else stops all, before the first is deployed', async () => {
  const cwd = emptyFolder();
  const env = await platformForTest(cwd);
  const client = openWhiskClient({
    kind: 'openwhisk',
    access: { apiHost: env['WHISK_APIHOST']!, auth: env['WHISK_AUTH']!, namespace: '_' },
  });
  onTestFinished(() => client.close());
  await client.putAction('cpu', {
    exec: { kind: 'nodejs:default', code: 'function main() { return {}; }', main: 'main', binary: false },
    limits: { memory: 128, timeout: 5000 },
    annotations: [{ key: 'deployed-by', value: 'somebody' }],
  });
  const deploy = (...args: string[]) =>
    runProgram('faaslab', ['deploy', HELLO, 'cpu', '--to', 'embedded', ...args], { cwd, env });
  const line = 'cpu: a function of this name is there and was not deployed by faaslab; --overwrite replaces it';
  for (const flags of [[], ['--dry-run']]) {
    expect(deploy(...flags)).toMatchObject({ status: 1, stdout: '', stderr: `faaslab: ${line}\n` });
  }
  expect(await client.action('hello')).toBeNull();
  expect(deploy('--delete')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('cpu: it was not deployed by faaslab and stays'),
  });
  expect(deploy('--overwrite').stdout).toMatch(/^hello +created .*\ncpu +updated .*\n$/);
});

test('--endpoint-url comes before the address in the environment', async () => {
  const cwd = emptyFolder();
  const { WHISK_APIHOST: address, ...env } = await platformForTest(cwd);
  const elsewhere = { ...env, WHISK_APIHOST: await closedPort() };
  for (const to of ['embedded', 'openwhisk']) {
    const deploy = (...args: string[]) =>
      runProgram('faaslab', ['deploy', HELLO, '--to', to, ...args], { cwd, env: elsewhere });
    expect(deploy()).toMatchObject({ status: 1, stderr: expect.stringContaining('ECONNREFUSED') });
    expect(deploy('--endpoint-url', address!)).toMatchObject({ status: 0, stderr: '' });
  }
});

test('files beside the functions are left out, so that functions/* can be deployed', () => {
  const readme = join(packageRoot, 'functions', 'README.md');
  const deploy = (...args: string[]) =>
    runProgram('faaslab', ['deploy', ...args, '--to', 'openwhisk', '--dry-run'], { cwd: emptyFolder() });
  expect(deploy(readme, HELLO)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^hello +would deploy .*\n$/),
    stderr: expect.stringContaining(`faaslab deploy: ${readme} is a file and was left out\n`),
  });
  expect(deploy(readme)).toMatchObject({ status: 2, stderr: expect.stringContaining('there is no function among') });
});

test.each([
  [[], /which function\?/],
  [['--to', 'openwhisk'], /which function\?/],
  [[HELLO, '--to', 'mars'], /Invalid values:.*to, Given: "mars"/],
  [[HELLO, '--to', 'lambda'], /which Region\? Set AWS_REGION/],
  [[HELLO, '--to', 'lambda', '--role', 'admin'], /"admin" is no role; it has the form arn:/],
  [[HELLO, '--to', 'openwhisk', '--role', 'admin'], /--role: only functions of Lambda have one/],
  [[HELLO, '--to', 'openwhisk', '--endpoint-url', 'localhost'], /--endpoint-url: must be an http or https URL/],
  [[HELLO, '--to', 'openwhisk', '--endpoint-url', 'http://me:key@localhost'], /must not hold a user or a key; they/],
  [[HELLO, '--to', 'openwhisk', '--froce'], /Unknown argument: froce/],
  [['functions/nowhere', '--to', 'openwhisk'], /functions\/nowhere\/manifest\.json: not found/],
  [['nowhere', '--to', 'openwhisk'], /unknown function "nowhere": looked for/],
  [[HELLO, '--to', 'openwhisk'], /no OpenWhisk host: set WHISK_APIHOST/],
  [[HELLO, '--to', 'embedded'], /--to embedded: start one with `faaslab platform`/],
])('deploy %j is refused in one line with exit code 2', (args, message) => {
  const { status, stdout, stderr } = runProgram('faaslab', ['deploy', ...args], { cwd: emptyFolder() });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('one broken manifest stops all, before anything is deployed', async () => {
  const cwd = emptyFolder();
  const env = await platformForTest(cwd);
  const good = writeFunction(join(cwd, 'good'));
  const broken = writeFunction(join(cwd, 'broken'), { ...GOOD_MANIFEST, memory_mb: -1 });
  const both = runProgram('faaslab', ['deploy', good, broken, '--to', 'openwhisk'], { cwd, env });
  expect(both).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('memory_mb: must be') });
  const twin = writeFunction(join(cwd, 'twin'));
  const twice = runProgram('faaslab', ['deploy', good, twin, '--to', 'openwhisk'], { cwd, env });
  expect(twice).toMatchObject({ status: 2, stderr: expect.stringContaining('holds a function twice, too') });
  const gone = runProgram('faaslab', ['deploy', good, '--to', 'openwhisk', '--delete'], { cwd, env });
  expect(gone.stdout).toMatch(/^twice +absent\n$/);
});

test('the key stands in no output', async () => {
  const cwd = emptyFolder();
  const env = { WHISK_APIHOST: 'http://127.0.0.1:1', WHISK_AUTH: 'me:verysecret' };
  const { status, stdout, stderr } = runProgram('faaslab', ['deploy', HELLO, '--to', 'openwhisk', '-v'], { cwd, env });
  expect(status).toBe(1);
  expect(stderr).toContain('cannot be reached (ECONNREFUSED)');
  expect(stdout + stderr).not.toMatch(/verysecret|Basic/);
});
