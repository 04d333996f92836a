import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { everyManifest } from '../functions/call-function.js';
import { emptyFolder, platformForTest, runProgram } from '../support/programs.js';
import { realWskFolder } from './real-wsk.js';

const wskFolder = realWskFolder();

describe.skipIf(wskFolder === undefined)('faaslab deploy, seen by the real wsk', () => {
  test('every function is listed with its runtime, invoked, and gone after --delete; what wsk created stays', async () => {
    const cwd = emptyFolder();
    const PATH = [wskFolder, process.env['PATH']].join(delimiter);
    const env = { ...(await platformForTest(cwd)), PATH };
    const wsk = async (...args: string[]): Promise<string> => {
      const { stdout } = await promisify(execFile)(join(wskFolder!, 'wsk'), args, { env: { ...env, HOME: cwd } });
      return stdout;
    };
    const folders = everyManifest().map(({ folder }) => join(packageRoot, 'functions', folder));
    const deploy = (...args: string[]) =>
      runProgram('faaslab', ['deploy', ...folders, '--to', 'openwhisk', ...args], { cwd, env });
    const created = deploy('--runtime', 'python');
    expect(created.status, created.stderr).toBe(0);
    const listed = async (): Promise<string[]> =>
      [...(await wsk('action', 'list')).matchAll(/^\/guest\/(\S+)\s+(?:private|shared) (\S+):/gm)].map(
        ([, name, kind]) => `${name} ${kind}`,
      );
    const names = everyManifest().map(({ manifest }) => manifest.name);
    expect((await listed()).toSorted()).toEqual(names.map((name) => `${name} python`).toSorted());
    expect(await wsk('action', 'get', 'hello', 'annotations')).toMatch(/"key": "deployed-by",\s+"value": "faaslab"/);
    expect(JSON.parse(await wsk('action', 'invoke', 'primes', '--result', '-p', 'n', '100'))).toEqual({
      n: 100,
      count: 25,
      largest: 97,
      sum: 1_060,
    });

    await wsk('action', 'create', 'theirs', join(packageRoot, 'functions', 'hello', 'hello.js'));
    expect(deploy('--delete').status).toBe(0);
    expect(await listed()).toEqual(['theirs nodejs']);
  });

  test('an action that wsk created is neither replaced nor deleted', async () => {
    const cwd = emptyFolder();
    const env = await platformForTest(cwd);
    const code = join(packageRoot, 'functions', 'echo', 'echo.js');
    await promisify(execFile)(join(wskFolder!, 'wsk'), ['action', 'create', 'hello', code], {
      env: { ...env, HOME: cwd },
    });
    const folder = join(packageRoot, 'functions', 'hello');
    const deploy = (...args: string[]) =>
      runProgram('faaslab', ['deploy', folder, '--to', 'embedded', ...args], { cwd, env });
    expect(deploy()).toMatchObject({ status: 1, stderr: expect.stringContaining('was not deployed by faaslab') });
    expect(deploy('--delete')).toMatchObject({ status: 1, stderr: expect.stringContaining('and stays') });
    expect(deploy('--overwrite')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^hello +updated /) });
    expect(deploy('--delete')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^hello +deleted\n$/) });
  });
});
