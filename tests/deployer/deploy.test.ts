import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPlatformProcess, type PlatformProcess } from '../../cli/platform-process.js';
import { packageRoot } from '../../common/package-root.js';
import { deleteFunction, deployFolder } from '../../deployer/deploy.js';
import { openWhiskClient, type OpenWhiskClient, type OpenWhiskTarget } from '../../deployer/targets/openwhisk.js';
import { everyManifest, RUNTIMES } from '../functions/call-function.js';
import { matching } from '../functions/matching.js';
import { closedPort } from '../support/http-servers.js';
import { emptyFolder } from '../support/programs.js';
import { GOOD_MANIFEST, writeFunction } from './function-folder.js';

let platform: PlatformProcess;
let target: OpenWhiskTarget;
let client: OpenWhiskClient;

beforeAll(async () => {
  platform = await startPlatformProcess();
  target = { kind: 'openwhisk', access: platform.access.openwhisk! };
  client = openWhiskClient(target);
});
afterAll(async () => {
  await client?.close();
  await platform?.stop();
});

for (const { folder, manifest } of everyManifest()) {
  for (const runtime of RUNTIMES.filter((name) => name in manifest.runtimes)) {
    test(`${manifest.name} on ${runtime} is deployed and returns on the platform what its manifest expects`, async () => {
      const application = `${manifest.name}-${runtime}`;
      const source = join(packageRoot, 'functions', folder);
      const deployed = await deployFolder(source, target, { application, runtime });
      expect(deployed).toMatchObject({
        application,
        created: true,
        kind: runtime === 'node' ? 'nodejs:default' : 'python:default',
      });
      for (const { parameters, result, fails } of manifest.expected) {
        const { response } = await client.invoke(application, parameters);
        if (fails === undefined) expect(response.result).toEqual(matching(result!));
        else expect(JSON.stringify(response.result)).toContain(fails);
        // A result that says `error` is OpenWhisk's application error.
        expect(response.success).toBe(fails === undefined && !('error' in result!));
      }
    });
  }
}

test('deploying again updates: the new code answers, and limits and annotations are those of the manifest', async () => {
  const folder = writeFunction(emptyFolder(), { ...GOOD_MANIFEST, name: 'again', web_export: true });
  expect((await deployFolder(folder, target)).created).toBe(true);
  expect((await client.invoke('again', { n: 3 })).response.result).toEqual({ twice: 6 });

  writeFunction(
    folder,
    { ...GOOD_MANIFEST, name: 'again', memory_mb: 256, timeout_ms: 7000 },
    'function main() { return { new: true }; }',
  );
  expect((await deployFolder(folder, target)).created).toBe(false);
  expect((await client.invoke('again', {})).response.result).toEqual({ new: true });
  const action = await client.action('again');
  expect(action).toMatchObject({ limits: { memory: 256, timeout: 7000 } });
  expect(action!.annotations).toEqual(
    expect.arrayContaining([
      { key: 'deployed-by', value: 'faaslab' },
      { key: 'web-export', value: false },
      { key: 'provide-api-key', value: false },
    ]),
  );
});

test('a function goes into the package that the config names, which is created where it is missing', async () => {
  const hello = join(packageRoot, 'functions', 'hello');
  for (const application of ['tools/hello', 'tools/greet', '/_/tools/hello']) {
    const { created } = await deployFolder(hello, target, { application });
    expect(created).toBe(application !== '/_/tools/hello');
    expect((await client.invoke(application, {})).response.result).toEqual({ greeting: 'Hello, stranger!' });
  }
  expect(await deleteFunction('tools/greet', target)).toBe(true);
  expect(await client.action('tools/hello')).not.toBeNull();
  expect(await client.action('tools/greet')).toBeNull();
});

test('an action that faaslab did not deploy is neither replaced nor deleted, unless --overwrite says so', async () => {
  const folder = writeFunction(emptyFolder(), { ...GOOD_MANIFEST, name: 'theirs' });
  await client.putAction('theirs', {
    exec: { kind: 'nodejs:default', code: 'function main() { return { theirs: true }; }', main: 'main', binary: false },
    limits: { memory: 128, timeout: 5000 },
    annotations: [],
  });
  const refused = { name: 'PlatformError', exitCode: 1 };
  await expect(deployFolder(folder, target)).rejects.toMatchObject(refused);
  await expect(deleteFunction('theirs', target)).rejects.toMatchObject(refused);
  expect((await client.invoke('theirs', {})).response.result).toEqual({ theirs: true });

  await deployFolder(folder, target, { overwrite: true });
  expect((await client.invoke('theirs', { n: 1 })).response.result).toEqual({ twice: 2 });
  expect(await deleteFunction('theirs', target)).toBe(true);
  expect(await client.action('theirs')).toBeNull();
  expect(await deleteFunction('theirs', target)).toBe(false);
});

test('a wrong key, a closed port and a server that is no OpenWhisk are one line each, without the key', async () => {
  const hello = join(packageRoot, 'functions', 'hello');
  const access = target.access;
  const wrongKey = { ...access, auth: '00000000-0000-0000-0000-000000000000:wrongsecret' };
  await expect(deployFolder(hello, { kind: 'openwhisk', access: wrongKey })).rejects.toThrow(
    new RegExp(`^OpenWhisk at ${access.apiHost} refuses the key \\(401\\) to look up hello: check WHISK_AUTH$`),
  );
  const apiHost = await closedPort();
  await expect(deployFolder(hello, { kind: 'openwhisk', access: { ...access, apiHost } })).rejects.toThrow(
    `OpenWhisk at ${apiHost} cannot be reached (ECONNREFUSED): is it running, and is WHISK_APIHOST right?`,
  );
  const { url } = platform.access.couchdb!;
  await expect(deployFolder(hello, { kind: 'openwhisk', access: { ...access, apiHost: url } })).rejects.toMatchObject({
    name: 'PlatformError',
  });
});

test('limits that the platform does not grant are refused in its own words', async () => {
  const folder = writeFunction(emptyFolder(), { ...GOOD_MANIFEST, name: 'huge', memory_mb: 1_000_000 });
  await expect(deployFolder(folder, target)).rejects.toThrow(/did not deploy huge \(400\): .*memory/);
  expect(await client.action('huge')).toBeNull();
});

test('a runtime that the function does not have is refused before anything is deployed', async () => {
  const folder = writeFunction(emptyFolder(), { ...GOOD_MANIFEST, name: 'nodeonly' });
  await expect(deployFolder(folder, target, { runtime: 'python' })).rejects.toThrow(
    'nodeonly: has no runtime python (node)',
  );
  expect(await client.action('nodeonly')).toBeNull();
});
