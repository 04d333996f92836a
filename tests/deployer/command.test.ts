import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
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

test('a dry run connects to nothing', () => {
  const cwd = emptyFolder();
  const dry = runProgram('faaslab', ['deploy', HELLO, '--to', 'openwhisk', '--dry-run', '--runtime', 'python'], {
    cwd,
  });
  expect(dry).toMatchObject({
    status: 0,
    stdout: 'hello            would deploy  python:default, 128 MB, 10000 ms\n',
    stderr: '',
  });
});

test('files beside the functions are left out, so that functions/* can be deployed', () => {
  const readme = join(packageRoot, 'functions', 'README.md');
  const deploy = (...args: string[]) =>
    runProgram('faaslab', ['deploy', ...args, '--to', 'openwhisk', '--dry-run'], { cwd: emptyFolder() });
  expect(deploy(readme, HELLO)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^hello +would deploy .*\n$/),
    stderr: `faaslab deploy: ${readme} is a file and was left out\n`,
  });
  expect(deploy(readme)).toMatchObject({ status: 2, stderr: expect.stringContaining('there is no function among') });
});

test.each([
  [[], /which function\?/],
  [['--to', 'openwhisk'], /which function\?/],
  [[HELLO, '--to', 'mars'], /Invalid values:.*to, Given: "mars"/],
  [[HELLO, '--to', 'lambda'], /--to lambda: not supported yet/],
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
