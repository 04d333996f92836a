import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import {
  ask,
  basic,
  eventually,
  gone,
  isRunning,
  source,
  spawnPlatform,
  startTestPlatform,
  type TestPlatform,
  runPlatform,
} from './platform-fixture.js';

/** How the platform begins and ends: as a program among others, that leaves nothing behind. */
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'faaslab-test-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts instances of every kind of business, with children in and out of their groups, and returns the ids of all. */
async function busyInstances(platform: TestPlatform): Promise<number[]> {
  const code = `const { spawn } = require("child_process");
    function main({ how }) {
      const children = [false, true].map((detached) => spawn("sleep", ["300"], { detached, stdio: "ignore" }).pid);
      require("fs").writeFileSync("${folder}/pids-" + how, [process.pid, ...children].join(" ") + "\\n");
      if (how === "idle") return {};
      if (how === "loop") for (;;);
      return new Promise(() => setTimeout(() => 0, 60000));
    }`;
  await platform.api('PUT', 'actions/busy', source('nodejs:default', code));
  const kinds = ['idle', 'loop', 'sleep'];
  for (const how of kinds) await platform.api('POST', 'actions/busy', { how });
  const pids = await Promise.all(
    kinds.map((how) =>
      eventually(async () => {
        const text = await readFile(join(folder, `pids-${how}`), 'utf8').catch(() => '');
        return text.endsWith('\n') ? text.trim().split(' ').map(Number) : undefined;
      }),
    ),
  );
  await Promise.all(kinds.map((how) => rm(join(folder, `pids-${how}`))));
  return pids.flat();
}

async function allGone(pids: readonly number[]): Promise<void> {
  await Promise.all(pids.map(gone));
}

async function temporaryFolderOf(platform: TestPlatform): Promise<string> {
  expect(platform.state.endsWith('/state')).toBe(true);
  return dirname(platform.state);
}

test('its first line tells all that a client needs, with keys of its own', async () => {
  const [one, other] = await Promise.all([startTestPlatform(), startTestPlatform()]);
  const { pid, state, openwhisk, couchdb, child } = one;
  expect(pid).toBe(child.pid);
  expect(openwhisk).toEqual({
    api_host: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    auth: expect.stringMatching(/^[0-9a-f-]{36}:[A-Za-z0-9]{64}$/),
    namespace: 'guest',
  });
  expect(couchdb).toMatchObject({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    database: 'whisk_local_activations',
  });
  expect((await stat(join(state, 'keys.json'))).mode & 0o777).toBe(0o600);
  expect(other.openwhisk.auth).not.toBe(openwhisk.auth);
  expect(other.couchdb.password).not.toBe(couchdb.password);
  await Promise.all([one.stop(), other.stop()]);
});

test("the end of its parent's pipe ends it with all that it started, and its temporary folder", async () => {
  const platform = await startTestPlatform();
  const temporary = await temporaryFolderOf(platform);
  const pids = await busyInstances(platform);
  expect(pids.filter(isRunning)).toEqual(pids);
  expect(await platform.stop()).toBe(0);
  await allGone(pids);
  expect(existsSync(temporary)).toBe(false);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with code 0', async (signal) => {
  const platform = await startTestPlatform();
  const temporary = await temporaryFolderOf(platform);
  platform.child.kill(signal);
  const [code] = await once(platform.child, 'exit');
  expect(code).toBe(0);
  expect(existsSync(temporary)).toBe(false);
});

test('SIGKILL leaves no process, not even one in an endless loop, and no temporary folder', async () => {
  const platform = await startTestPlatform();
  const temporary = await temporaryFolderOf(platform);
  const pids = await busyInstances(platform);
  platform.child.kill('SIGKILL');
  await allGone(pids);
  await eventually(async () => (existsSync(temporary) ? undefined : true));
});

test('a stop lets what is executed end and answers it; what takes too long, and what waits, is recorded as its failure', async () => {
  const state = join(folder, 'stopped');
  const pool = { max_instances: 2, stop_grace_ms: 1_500 };
  const platform = await startTestPlatform(['--state', state], { pool });
  const begun = join(folder, 'begun');
  const code = `function main({ name, ms }) {
    require("fs").writeFileSync("${begun}-" + name, "");
    return new Promise((go) => setTimeout(go, ms, { name }));
  }`;
  await platform.api('PUT', 'actions/nap', source('nodejs:default', code));
  const call = (name: string, ms: number) => platform.api('POST', 'actions/nap?blocking=true', { name, ms });
  const calls = [call('short', 1_000), call('long', 50_000)];
  await Promise.all(
    ['short', 'long'].map((name) => eventually(async () => existsSync(`${begun}-${name}`) || undefined)),
  );
  const waits = platform.api('POST', 'actions/nap', { name: 'waits', ms: 0 });
  const accepted = (await waits).json.activationId as string;
  expect(await platform.stop()).toBe(0);
  const [short, long] = await Promise.all(calls);
  expect([short!.status, short!.json.response.result]).toEqual([200, { name: 'short' }]);
  const stopped = { result: { error: 'The platform is stopping.' }, status: 'whisk internal error', success: false };
  expect([long!.status, long!.json.response]).toEqual([500, stopped]);

  const next = await startTestPlatform(['--state', state]);
  for (const { json } of [short!, long!])
    expect((await next.record(json.activationId)).response).toEqual(json.response);
  expect((await next.record(accepted)).response).toEqual(stopped);
  await next.stop();
});

test.runIf(process.platform === 'linux')(
  'a state folder where no folder can be made is refused in one line',
  async () => {
    const { code, stderr } = await runPlatform('--state', '/proc/nothing/of/this');
    expect([code, stderr]).toEqual([1, 'faaslab platform: --state /proc/nothing/of/this: /proc takes no folders\n']);
  },
);

test.each(['SIGINT', 'SIGTERM'] as const)('a start that hangs is interrupted by %s', async (signal) => {
  // A pipe whose writer never writes: reading the config does not end.
  const pipe = join(folder, `pipe-${signal}`);
  spawnSync('mkfifo', [pipe]);
  const child = spawn(process.execPath, [join(packageRoot, 'faaslab'), 'platform', '--config', pipe], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
  // Opening it for writing waits until the platform has opened it for reading.
  const writer = await open(pipe, 'w');
  child.kill(signal);
  const [code] = await once(child, 'close');
  await writer.close();
  expect([code, said]).toEqual([130, 'faaslab platform: interrupted before it accepted requests\n']);
});

test('a busy port, a folder that cannot be written, wrong flags: one line, and the exit code of its kind', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  const failing = async (...args: string[]): Promise<[number | null, string]> => {
    const { code, stdout, stderr } = await runPlatform('--json', ...args);
    expect([stdout, stderr.split('\n').length]).toEqual(['', 2]);
    return [code, stderr.trim()];
  };
  const busy = (flag: string): [number, string] => [
    1,
    `faaslab platform: port ${port} is in use; choose another with ${flag}, or 0 for any free one`,
  ];
  expect(await failing('--port', String(port))).toEqual(busy('--port'));
  expect(await failing('--couchdb-port', String(port))).toEqual(busy('--couchdb-port'));
  blocker.close();
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  await chmod(file, 0o400);
  expect((await failing('--state', file))[0]).toBe(1);
  expect(await failing('--port', 'http')).toEqual([
    2,
    'faaslab platform: --port: must be a port from 0 to 65535, got "http"',
  ]);
  expect((await failing('--colour'))[0]).toBe(2);
  // as `--state "$DIR"` of a variable that is not set
  expect(await failing('--state', '')).toEqual([2, 'faaslab platform: --state: must not be empty']);
  expect(await failing('--host', '0.0.0.0')).toEqual([
    2,
    'faaslab platform: --host 0.0.0.0: other machines could execute code here; add --allow-remote if you want that',
  ]);
  const config = join(folder, 'wrong.json');
  await writeFile(config, '{"pool": {"max_instance": 3}}');
  expect((await failing('--config', config))[1]).toMatch(
    /wrong\.json: pool\.max_instance: unknown key \(.*pool\.max_instances.*\)$/,
  );
});

test('without --json it tells how to use it, in lines that a shell understands', async () => {
  const child = spawnPlatform([], 'inherit');
  let text = '';
  child.stdout!.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const line = (name: string): string | undefined => new RegExp(`^ *export ${name}=(.+)$`, 'm').exec(text)?.[1];
  await eventually(async () => line('COUCHDB_PASSWORD'));
  const answer = await ask('GET', `${line('WHISK_APIHOST')}/api/v1/namespaces`, undefined, basic(line('WHISK_AUTH')!));
  expect(answer.json).toEqual(['guest']);
  child.stdin!.end();
  await once(child, 'exit');
});
