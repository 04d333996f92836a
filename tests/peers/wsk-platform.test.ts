import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { startTestPlatform, type Json, type TestPlatform } from '../embedded/platform-fixture.js';
import { zipOf } from '../embedded/zip.js';
import { bareEnvironment, emptyFolder, type Ended } from '../support/programs.js';
import { realWskFolder } from './real-wsk.js';

// The real wsk, command by command, against the embedded platform.
const wskFolder = realWskFolder();
let platform: TestPlatform;

beforeAll(async () => void (platform = await startTestPlatform()));
afterAll(() => platform.stop());

/** A folder with functions in it, and wsk in it. */
function workbench({ openwhisk }: TestPlatform = platform): {
  cwd: string;
  wsk: (...args: string[]) => Ended;
  env: Record<string, string>;
} {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, 'home'));
  writeFileSync(join(cwd, 'hello.js'), 'function main(p) { console.log("hi"); return { hello: p.name || "you" }; }\n');
  writeFileSync(join(cwd, 'hello.py'), 'def main(p):\n    return {"py": p.get("hello")}\n');
  writeFileSync(join(cwd, 'bad.js'), 'function main() { return { error: "bad" }; }\n');
  writeFileSync(join(cwd, 'ada.json'), '{"name": "Ada"}');
  const index = 'exports.main = (p) => ({ zip: p.name, dependency: require("./dependency") });';
  const archive = zipOf(
    [
      { path: 'index.js', content: Buffer.from(index) },
      { path: 'dependency.js', content: Buffer.from('module.exports = 42;') },
    ],
    true,
  );
  writeFileSync(join(cwd, 'packed.zip'), archive);
  const env = {
    ...bareEnvironment(cwd),
    PATH: [wskFolder, process.env['PATH']].join(delimiter),
    WHISK_APIHOST: openwhisk.api_host,
    WHISK_AUTH: openwhisk.auth,
  };
  return {
    cwd,
    env,
    wsk(...args) {
      const { status, stdout, stderr } = spawnSync(join(wskFolder!, 'wsk'), args, { cwd, env, encoding: 'utf8' });
      return { status, stdout, stderr };
    },
  };
}

/** The JSON after the line that says what was done. */
function shown({ status, stdout, stderr }: Ended): Json {
  expect([stderr, status]).toEqual(['', 0]);
  return JSON.parse(stdout.slice(stdout.indexOf('{')));
}

/** The activation's id in `ok: invoked /_/hello with id …`. */
function idIn({ status, stdout }: Ended): string {
  expect(status).toBe(0);
  return /with id ([0-9a-f]{32})/.exec(stdout)![1]!;
}

describe.skipIf(wskFolder === undefined)('the real wsk', () => {
  test('creates actions of a file, an archive, with limits and annotations, and invokes them', () => {
    const { wsk } = workbench();
    expect(wsk('action', 'create', 'hello', 'hello.js')).toMatchObject({
      status: 0,
      stdout: 'ok: created action hello\n',
    });
    const limits = ['--memory', '128', '--timeout', '5000', '--logsize', '1', '--concurrency', '1'];
    expect(wsk('action', 'create', 'py', 'hello.py', ...limits, '-a', 'mark', '{"x": 1}').status).toBe(0);
    expect(wsk('action', 'create', 'packed', 'packed.zip', '--kind', 'nodejs:default').status).toBe(0);

    expect(shown(wsk('action', 'invoke', 'hello', '--result', '-P', 'ada.json'))).toEqual({ hello: 'Ada' });
    expect(shown(wsk('action', 'invoke', 'hello', '-r', '-p', 'name', 'Bob'))).toEqual({ hello: 'Bob' });
    expect(shown(wsk('action', 'invoke', '/guest/packed', '-r', '-p', 'name', 'Zoe'))).toEqual({
      zip: 'Zoe',
      dependency: 42,
    });
    const record = shown(wsk('action', 'invoke', 'hello', '--blocking'));
    expect(record).toMatchObject({ name: 'hello', subject: 'guest', response: { status: 'success' } });
    const py = shown(wsk('action', 'get', 'py'));
    expect(py.limits).toEqual({ timeout: 5_000, memory: 128, logs: 1, concurrency: 1 });
    expect(py.annotations).toContainEqual({ key: 'mark', value: { x: 1 } });

    expect(wsk('action', 'update', 'hello', 'hello.js', '-p', 'name', 'default').stdout).toBe(
      'ok: updated action hello\n',
    );
    expect(shown(wsk('action', 'invoke', 'hello', '-r'))).toEqual({ hello: 'default' });
    expect(shown(wsk('action', 'get', 'hello'))).toMatchObject({ version: '0.0.2', parameters: [{ key: 'name' }] });
    expect(wsk('action', 'create', 'copy', '--copy', 'hello').status).toBe(0);
    expect(wsk('action', 'get', 'copy', '--save-as', 'saved.js').status).toBe(0);
    const listed = wsk('action', 'list').stdout;
    for (const name of ['hello', 'py', 'packed', 'copy'])
      expect(listed).toMatch(new RegExp(`^/guest/${name} +private `, 'm'));
    expect(wsk('action', 'delete', 'copy').stdout).toBe('ok: deleted action copy\n');
    expect(wsk('list').stdout).toMatch(/^Entities in namespace: default\npackages\nactions\n\/guest\/hello /);
  });

  test('makes web actions, which are then called without a key', () => {
    const { cwd, wsk } = workbench();
    writeFileSync(
      join(cwd, 'web.js'),
      'function main(p) { return { body: p.__ow_body === undefined ? p : p.__ow_body }; }',
    );
    wsk('action', 'create', 'web', 'web.js', '--web', 'true');
    const url = wsk('action', 'get', 'web', '--url').stdout.trim().split('\n').at(-1)!;
    const curl = (...args: string[]): string => execFileSync('curl', ['-s', ...args], { encoding: 'utf8' });
    expect(JSON.parse(curl(`${url}?name=Ada`))).toMatchObject({ name: 'Ada', __ow_method: 'get' });
    wsk('action', 'update', 'web', '--web', 'raw');
    expect(curl('-H', 'Content-Type: text/plain', '-d', 'as it is', url)).toBe('as it is');
    wsk('action', 'update', 'web', '--web', 'true', '--web-secure', 's3cret');
    expect(curl(url)).toMatch(/"error": "The resource requires authentication/);
    expect(JSON.parse(curl('-H', 'X-Require-Whisk-Auth: s3cret', `${url}?n=1`))).toMatchObject({ n: '1' });
    wsk('action', 'update', 'web', '--web', 'false');
    expect(curl(url)).toMatch(/"error": "The requested resource does not exist\."/);
  });

  test('makes sequences, and shows what their components did', async () => {
    const { wsk } = workbench();
    wsk('action', 'update', 'hello', 'hello.js');
    wsk('action', 'update', 'py', 'hello.py');
    expect(wsk('action', 'create', 'seq', '--sequence', 'hello,py').stdout).toBe('ok: created action seq\n');
    const record = shown(wsk('action', 'invoke', 'seq', '-b', '-P', 'ada.json'));
    expect([record.response.result, record.logs.length]).toEqual([{ py: 'Ada' }, 2]);
    await platform.record(record.logs[1]);
    expect(shown(wsk('activation', 'get', record.logs[0])).cause).toBe(record.activationId);
    expect(wsk('activation', 'list', 'seq').stdout).toMatch(
      / sequence +warm +\d+(\.\d+)?m?s +success +guest\/seq:0\.0\.1$/m,
    );
    expect(wsk('action', 'list').stdout).toMatch(/^\/guest\/seq +private sequence$/m);
  });

  test('lists, shows and polls activations, their logs and results', async () => {
    const { wsk } = workbench();
    wsk('action', 'update', 'hello', 'hello.js', '-p', 'name', 'poll');
    const id = idIn(wsk('action', 'invoke', 'hello'));
    await platform.record(id);
    expect(wsk('activation', 'list', '--limit', '1').stdout).toMatch(
      new RegExp(`${id} nodejs:\\d+ +(cold|warm) .* success`),
    );
    expect(shown(wsk('activation', 'get', id)).response.result).toEqual({ hello: 'poll' });
    expect(wsk('activation', 'get', '--last', '--summary').stdout).toMatch(
      /^activation result for '\/guest\/hello' \(success at /,
    );
    expect(wsk('activation', 'logs', id).stdout).toMatch(/Z hi\n$/);
    expect(JSON.parse(wsk('activation', 'result', id).stdout)).toEqual({ hello: 'poll' });
    const polled = wsk('activation', 'poll', 'hello', '--since-minutes', '10', '--exit', '1').stdout;
    expect(polled).toContain(`Activation: 'hello' (${id})`);
    expect(shown(wsk('activation', 'list', 'hello', '--full', '--limit', '1'))).toMatchObject({ activationId: id });
  });

  test('creates packages and bindings of them, with parameters of both', () => {
    const { cwd, wsk } = workbench();
    writeFileSync(join(cwd, 'echo.js'), 'function main(p) { return p; }');
    expect(wsk('package', 'create', 'tools', '-p', 'a', '1', '-p', 'b', '1').status).toBe(0);
    expect(wsk('action', 'create', 'tools/echo', 'echo.js').status).toBe(0);
    expect(wsk('package', 'bind', 'tools', 'bound', '-p', 'b', '2').stdout).toBe('ok: created binding bound\n');
    expect(shown(wsk('package', 'get', 'bound'))).toMatchObject({
      name: 'bound',
      binding: { namespace: 'guest', name: 'tools' },
      actions: [{ name: 'echo' }],
    });
    expect(wsk('package', 'get', 'bound', '--summary').stdout).toMatch(
      /^package \/guest\/bound: .*\n.*\n action \/guest\/bound\/echo$/m,
    );
    expect(shown(wsk('action', 'invoke', 'bound/echo', '-r', '-p', 'c', '3'))).toEqual({ a: 1, b: 2, c: 3 });
    expect(wsk('package', 'list').stdout).toMatch(/^\/guest\/bound +private$/m);
    expect(wsk('action', 'list', 'bound').stdout).toMatch(/^\/guest\/tools\/echo +private/m);
    expect(wsk('package', 'update', 'tools', '-p', 'a', '9').status).toBe(0);
    expect(wsk('package', 'bind', '/whisk.system/utils', 'utils').stderr).toContain(
      "The supplied authentication is not authorized to access 'whisk.system/utils'.",
    );
    const refused = wsk('package', 'delete', 'tools');
    // a status of 409 is 153 = (409 − 256) as exit code
    expect([refused.status, refused.stderr]).toEqual([
      153,
      expect.stringContaining('Package not empty (contains 1 entity).'),
    ]);
    for (const name of [
      ['action', 'delete', 'tools/echo'],
      ['package', 'delete', 'bound'],
      ['package', 'delete', 'tools'],
    ]) {
      expect(wsk(...name).status).toBe(0);
    }
  });

  test('fires triggers, whose rules invoke actions', async () => {
    const { wsk } = workbench();
    wsk('action', 'update', 'hello', 'hello.js');
    expect(wsk('trigger', 'create', 'tr', '-p', 'name', 'trigger').status).toBe(0);
    expect(wsk('rule', 'create', 'ru', 'tr', 'hello').status).toBe(0);
    const fired = idIn(wsk('trigger', 'fire', 'tr'));
    const [result] = (await platform.record(fired)).logs.map((line: string) => JSON.parse(line));
    expect((await platform.record(result.activationId)).response.result).toEqual({ hello: 'trigger' });
    expect(shown(wsk('trigger', 'get', 'tr')).rules).toHaveProperty(['guest/ru']);
    expect(wsk('rule', 'list').stdout).toMatch(/^\/guest\/ru +private +active$/m);
    expect(wsk('rule', 'disable', 'ru').status).toBe(0);
    expect(wsk('rule', 'status', 'ru').stdout).toBe('ok: rule ru is inactive\n');
    expect(wsk('rule', 'enable', 'ru').status).toBe(0);
    expect(wsk('rule', 'delete', 'ru').status).toBe(0);
    expect(wsk('trigger', 'delete', 'tr').status).toBe(0);
  });

  test('tells where it works', () => {
    const { wsk } = workbench();
    const { api_host: host, auth } = platform.openwhisk;
    expect(wsk('property', 'get', '--apihost').stdout).toBe(`whisk API host\t\t${host}\n`);
    expect(wsk('property', 'get', '--namespace').stdout).toBe('whisk namespace\t\tguest\n');
    expect(wsk('property', 'get', '--auth').stdout).toBe(`whisk auth\t\t${auth}\n`);
    expect(wsk('property', 'get', '--apibuild').stdout).toMatch(/faaslab/);
    expect(wsk('namespace', 'list').stdout).toBe('namespaces\nguest\n');
  });

  test('what fails, and what this platform does not have, is told so that one understands it', () => {
    const { cwd, wsk } = workbench();
    wsk('action', 'update', 'bad', 'bad.js');
    // 502 − 256 = 246, 404 − 256 = 148, 400 − 256 = 144
    expect(wsk('action', 'invoke', 'bad', '-r')).toMatchObject({
      status: 246,
      stderr: expect.stringContaining('"error": "bad"'),
    });
    expect(wsk('action', 'invoke', 'nosuch', '-r')).toMatchObject({
      status: 148,
      stderr: expect.stringContaining('The requested resource does not exist.'),
    });
    expect(wsk('action', 'create', 'big', 'hello.js', '--memory', '4096')).toMatchObject({
      status: 144,
      stderr: expect.stringContaining('memory size 4096 MB exceeds allowed threshold of 512 MB'),
    });
    expect(wsk('action', 'create', 'boxed', '--docker', 'someone/image')).toMatchObject({
      status: 144,
      stderr: expect.stringContaining("The specified runtime 'blackbox' is not supported by this platform."),
    });
    // wsk api wants its key from the file
    const { WHISK_APIHOST, WHISK_AUTH, ...rest } = workbench().env;
    writeFileSync(join(cwd, 'props'), `APIHOST=${WHISK_APIHOST}\nAUTH=${WHISK_AUTH}\nAPIGW_ACCESS_TOKEN=none\n`);
    const env = { ...rest, WSK_CONFIG_FILE: join(cwd, 'props') };
    const api = spawnSync(join(wskFolder!, 'wsk'), ['api', 'list'], { cwd, env, encoding: 'utf8' });
    expect([api.status, api.stderr]).toEqual([1, expect.stringContaining('This platform has no API gateway')]);
  });

  test('the commands of the page on the platform work as they stand there', async () => {
    // one that has nothing else to list
    const fresh = await startTestPlatform();
    onTestFinished(async () => void (await fresh.stop()));
    const { cwd, env } = workbench(fresh);
    const page = readFileSync(join(packageRoot, 'docs', 'platform.md'), 'utf8');
    const section = page.slice(page.indexOf('## With wsk'));
    const [, commands = '', answers = ''] = /```sh\n(.*?)```\n.*?```\n(.*?)```/s.exec(section) ?? [];
    expect(commands.split('\n').length).toBeGreaterThan(5);
    const ran = spawnSync('bash', ['-e', '-c', commands], { cwd, env, encoding: 'utf8' });
    expect([ran.stderr, ran.status]).toEqual(['', 0]);
    expect(withoutNumbers(ran.stdout)).toBe(withoutNumbers(answers));
  });
});

/** Ids, times and versions of the machine's runtime differ from one run to the next. */
function withoutNumbers(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{32}/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/g, 'TIME')
    .replaceAll(/(nodejs|python):[\d.]+/g, '$1:N')
    .replaceAll(/\b[\d.]+m?s\b/g, 'DURATION')
    .trim();
}
