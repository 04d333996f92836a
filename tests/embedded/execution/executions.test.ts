import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  annotation,
  functionOn,
  gone,
  source,
  startTestPlatform,
  type Call,
  type Json,
  type TestPlatform,
} from '../platform-fixture.js';
import { zipOf } from '../zip.js';

/** Functions that behave and functions that do not, in real processes. */
let platform: TestPlatform;
beforeAll(async () => void (platform = await startTestPlatform()));
afterAll(() => platform.stop());

const node = (code: string, limits?: object): Promise<Call> => functionOn(platform, 'nodejs:default', code, limits);

const INSTANCE =
  'const os = require("os"); function main() { return { pid: process.pid, tmp: os.tmpdir(), cwd: process.cwd() }; }';

test('the first activation is cold, the next is warm in the same process, which has a folder of its own', async () => {
  const call = await node(INSTANCE);
  const cold = await call();
  const warm = await call();
  expect(annotation(cold, 'initTime')).toBeTypeOf('number');
  expect(annotation(warm, 'initTime')).toBe(undefined);
  expect(warm.response.result).toEqual(cold.response.result);
  const other = await (await node(INSTANCE))();
  expect(other.response.result.tmp).not.toBe(cold.response.result.tmp);
  expect(cold.response.result.cwd).toBe(cold.response.result.tmp);
});

test('calls at the same time are executed by different instances', async () => {
  const call = await node('function main() { return new Promise((r) => setTimeout(r, 100, { pid: process.pid })); }');
  const records = await Promise.all([call(), call()]);
  expect(new Set(records.map(({ response }) => response.result.pid)).size).toBe(2);
});

test('a changed function runs its new code at once', async () => {
  const call = await node('function main() { return { version: 1 }; }');
  expect((await call()).response.result).toEqual({ version: 1 });
  await platform.api(
    'PUT',
    `actions/${call.action}?overwrite=true`,
    source('nodejs:default', 'function main() { return { version: 2 }; }'),
  );
  const record = await call();
  expect(record.response.result).toEqual({ version: 2 });
  expect(record.version).toBe('0.0.2');
});

test('a call that was accepted before its function changed ends with the old code', async () => {
  const slow =
    'const end = Date.now() + 200; while (Date.now() < end); const n = require("fs").readdirSync(__dirname).length;';
  const call = await node(`${slow} function main() { return { version: 1, n }; }`);
  const { json: accepted } = await platform.api('POST', `actions/${call.action}`);
  await platform.api(
    'PUT',
    `actions/${call.action}?overwrite=true`,
    source('nodejs:default', 'function main() { return { version: 2 }; }'),
  );
  expect((await platform.record(accepted.activationId)).response.result).toEqual({ version: 1, n: 1 });
  expect((await call()).response.result).toEqual({ version: 2 });
});

test('nothing of the platform reaches a function through its environment', async () => {
  const call = await node('function main() { return { env: process.env }; }');
  const { env } = (await call()).response.result;
  expect(JSON.stringify(env)).not.toContain('never in a function');
  expect(JSON.stringify(env)).not.toContain(platform.openwhisk.auth);
  expect(Object.keys(env).filter((name) => name.startsWith('FAASLAB'))).toEqual([]);
  expect(env).toMatchObject({ __OW_ACTION_NAME: `/guest/${call.action}`, __OW_NAMESPACE: 'guest' });
});

test("results: nothing returned is {}, a list is a result, any other value is the developer's error", async () => {
  const result = async (expression: string): Promise<Json> =>
    (await (await node(`function main() { ${expression} }`))()).response;
  expect(await result('')).toMatchObject({ result: {}, status: 'success' });
  expect(await result('return [1]')).toMatchObject({ result: [1], status: 'success' });
  expect(await result('return 5')).toMatchObject({
    result: { error: 'The action did not return a dictionary or array.' },
    status: 'action developer error',
  });
  expect(await result('return null')).toMatchObject({
    result: { error: 'The action did not produce a valid JSON response: null' },
    status: 'action developer error',
  });
  expect(await result('const a = {}; a.a = a; return a')).toMatchObject({ status: 'action developer error' });
  expect(await result('return Promise.reject("no")')).toMatchObject({
    result: { error: 'no' },
    status: 'application error',
  });
  expect(await result('return { big: "x".repeat(2 ** 20) }')).toMatchObject({
    result: { error: 'The action produced a response that exceeded the allowed length: 1048586 > 1048576 bytes.' },
    status: 'application error',
  });
});

test('an error or a crash ends the instance: the next activation is cold', async () => {
  for (const code of ['throw new Error("boom")', 'process.exit(0)', 'process.kill(process.pid, "SIGSEGV")']) {
    const call = await node(`function main({ bad }) { if (bad) ${code}; return {}; }`);
    expect(annotation(await call(), 'initTime')).toBeTypeOf('number');
    expect((await call({ bad: true })).response.status).toBe('action developer error');
    const after = await call();
    expect([after.response.status, typeof annotation(after, 'initTime')]).toEqual(['success', 'number']);
  }
});

test('a crash right after the answer does not undo the answer', async () => {
  const call = await node(
    'function main({ bad }) { if (bad) setImmediate(() => process.exit(1)); return { pid: process.pid }; }',
  );
  // The process is gone before the platform may know of it: the next call must not be lost in it.
  for (const bad of [true, true, true, true, true, false]) {
    const { response } = await call({ bad });
    expect(response.status).toBe('success');
    if (bad) await gone(response.result.pid);
  }
});

test('a function that ends whenever it is loaded fails, and is not started again for ever', async () => {
  const call = await node('setImmediate(() => process.exit(1)); function main() { return new Promise(() => 0); }');
  expect((await call()).response.result.error).toMatch(/exited unexpectedly\.$/);
});

test('a function that cannot be loaded, or ends while it is loaded, says so in its record', async () => {
  const text = async (code: string): Promise<string> => (await (await node(code))()).response.result.error;
  expect(await text('function main( {')).toMatch(
    /^Initialization has failed due to: SyntaxError: .*\n {4}at .*index\.js:\d/,
  );
  expect(await text('require("no-such-module")')).toMatch(
    /^Initialization has failed due to: Error: Cannot find module 'no-such-module'/,
  );
  expect(await text('function other() {}')).toMatch(
    /^Initialization has failed due to: Error: Action entrypoint 'main' is not a function\./,
  );
  expect(await text('process.exit(1)')).toBe('The action did not initialize and exited unexpectedly.');
});

test('what exceeds its deadline is killed, however busy it is, with all that it started', async () => {
  const code = `const { spawn } = require("child_process");
    function main({ ms }) { const pid = spawn("sleep", ["300"]).pid; console.log(pid); if (ms) return new Promise(() => setTimeout(() => 0, ms)); for (;;); }`;
  for (const parameters of [{}, { ms: 60_000 }]) {
    const call = await node(code, { timeout: 300 });
    const record = await call(parameters);
    expect(record.response.result.error).toBe('The action exceeded its time limits of 300 milliseconds.');
    expect(annotation(record, 'timeout')).toBe(true);
    expect(record.duration).toBeGreaterThanOrEqual(300);
    const { logs } = await platform.record(record.activationId);
    const pid = String(logs[0]).split(' ')[1];
    await gone(Number(pid));
  }
  const loading = await node('for (;;);', { timeout: 200 });
  expect((await loading()).response.result.error).toBe(
    'The action exceeded its time limits of 200 milliseconds during initialization.',
  );
});

test('while others crash, loop and fail, two functions serve every call', async () => {
  const good = [
    await node('function main({ n }) { return { n }; }'),
    await node('function main({ n }) { return { n }; }'),
  ];
  const bad = [
    await node('function main() { for (;;); }', { timeout: 200 }),
    await node('function main() { process.exit(1); }'),
    await node('function main() { process.stdout.write("x".repeat(20_000_000)); return {}; }'),
  ];
  const mischief = Promise.all(bad.flatMap((call) => [call(), call()]));
  for (let n = 0; n < 20; n += 1) {
    for (const call of good) expect((await call({ n })).response.result).toEqual({ n });
  }
  await mischief;
});

test('a package in a zip archive is loaded by its main file', async () => {
  const files = {
    'package.json': '{"main": "lib/start.js"}',
    'lib/start.js': 'exports.main = () => ({ from: require("./other.js") });',
    'lib/other.js': 'module.exports = "archive";',
  };
  const zip = zipOf(
    Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) })),
    true,
  );
  const exec = { kind: 'nodejs:default', code: zip.toString('base64'), binary: true };
  await platform.api('PUT', 'actions/zipped', { exec });
  const { json } = await platform.api('POST', 'actions/zipped?blocking=true&result=true');
  expect(json).toEqual({ from: 'archive' });
  const broken = await platform.api('PUT', 'actions/broken', { exec: { ...exec, code: 'bm8gemlw' } });
  expect([broken.status, broken.json.error]).toEqual([
    400,
    "The request content was malformed:\nthe archive in 'code' cannot be used: it is not a zip archive",
  ]);
});
