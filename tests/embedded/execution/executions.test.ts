import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optionalTool } from '../../support/tools.js';
import { annotation, gone, source, startTestPlatform, type Json, type TestPlatform } from '../platform-fixture.js';
import { zipOf } from '../zip.js';

/** Functions that behave and functions that do not, in real processes. */
let platform: TestPlatform;
beforeAll(async () => void (platform = await startTestPlatform()));
afterAll(() => platform.stop());

let names = 0;
/** Creates a function and returns how to call it; the answer is the record. */
async function fn(kind: string, code: string, limits: object = {}): Promise<(parameters?: object) => Promise<Json>> {
  names += 1;
  const name = `f${names}`;
  const put = await platform.api('PUT', `actions/${name}`, source(kind, code, limits));
  expect(put.status).toBe(200);
  return async (parameters = {}) => (await platform.api('POST', `actions/${name}?blocking=true`, parameters)).json;
}
const node = (code: string, limits?: object): ReturnType<typeof fn> => fn('nodejs:default', code, limits);

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
    `actions/f${names}?overwrite=true`,
    source('nodejs:default', 'function main() { return { version: 2 }; }'),
  );
  const record = await call();
  expect(record.response.result).toEqual({ version: 2 });
  expect(record.version).toBe('0.0.2');
});

test('nothing of the platform reaches a function through its environment', async () => {
  const call = await node('function main() { return { env: process.env }; }');
  const { env } = (await call()).response.result;
  expect(JSON.stringify(env)).not.toContain('never in a function');
  expect(JSON.stringify(env)).not.toContain(platform.openwhisk.auth);
  expect(Object.keys(env).filter((name) => name.startsWith('FAASLAB'))).toEqual([]);
  expect(env).toMatchObject({ __OW_ACTION_NAME: `/guest/f${names}`, __OW_NAMESPACE: 'guest' });
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
  for (const bad of [true, true, false]) {
    const { response } = await call({ bad });
    expect(response.status).toBe('success');
    if (bad) await gone(response.result.pid);
  }
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

test('each line is logged to the activation that wrote it, with what its children wrote, up to the limit', async () => {
  const code = `const { execSync } = require("child_process");
    function main({ n }) { console.log("out " + n); console.error("err " + n); execSync("echo child " + n, { stdio: "inherit" }); process.stdout.write("no newline " + n); return {}; }`;
  const call = await node(code);
  for (let n = 0; n < 5; n += 1) {
    const { logs } = await platform.record((await call({ n })).activationId);
    const lines = logs.map((line: string) => line.slice(line.indexOf(' ') + 1));
    expect(lines.toSorted()).toEqual([`child ${n}`, `err ${n}`, `no newline ${n}`, `out ${n}`].toSorted());
    expect(logs).toEqual(logs.toSorted());
  }
  const loud = await node(
    'function main() { for (let i = 0; i < 3000; i++) console.log("x".repeat(999)); return {}; }',
    { logs: 1 },
  );
  const { logs } = await platform.record((await loud()).activationId);
  // 1 MB = 1,048,576 bytes hold 1,048 lines of 1,000 bytes
  expect(logs).toHaveLength(1_049);
  expect(logs.at(-1)).toMatch(/Logs were truncated because the total bytes size exceeds the limit of 1048576 bytes\.$/);
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

describe.skipIf(optionalTool('python3') === undefined)('Python', () => {
  const python = (code: string, limits?: object): ReturnType<typeof fn> => fn('python:default', code, limits);

  test('functions start cold, stay warm, print, and see whole numbers as they were sent', async () => {
    const call = await python(
      'import os\ndef main(p):\n  print("hello", p["n"])\n  return {"pid": os.getpid(), "n": p["n"] + 1}',
    );
    const [cold, warm] = [await call({ n: 1 }), await call({ n: 2 })];
    expect([typeof annotation(cold, 'initTime'), annotation(warm, 'initTime')]).toEqual(['number', undefined]);
    expect(warm.response.result).toEqual({ pid: cold.response.result.pid, n: 3 });
    expect(annotation(cold, 'kind')).toMatch(/^python:3\.\d+$/);
    expect((await platform.record(warm.activationId)).logs[0]).toMatch(/Z hello 2$/);
    const large = await platform.api('POST', `actions/f${names}?blocking=true&result=true`, '{"n": 9007199254740993}');
    expect(large.text).toContain('"n":9007199254740994');
  });

  test('an exception is an application error with its traceback in the log, a broken file fails to load', async () => {
    const record = await (await python('def main(p):\n  raise ValueError("boom")'))();
    expect(record.response).toMatchObject({ result: { error: 'boom' }, status: 'application error' });
    const { logs } = await platform.record(record.activationId);
    expect(logs.at(-1)).toMatch(/ValueError: boom$/);
    expect((await (await python('def main(p:'))()).response.result.error).toMatch(
      /^Initialization has failed due to: .*SyntaxError/s,
    );
    expect((await (await python('x = 1'))()).response.result.error).toContain("name 'main' is not defined");
    expect((await (await python('def main(p): return 5'))()).response.status).toBe('action developer error');
    expect((await (await python('def main(p): return {"n": float("nan")}'))()).response.status).toBe(
      'action developer error',
    );
    expect((await (await python('import os\ndef main(p): os._exit(1)'))()).response.result.error).toMatch(
      /exited unexpectedly/,
    );
  });

  test('an endless loop is killed at the deadline', async () => {
    const record = await (await python('def main(p):\n  while True: pass', { timeout: 200 }))();
    expect(record.response.result.error).toBe('The action exceeded its time limits of 200 milliseconds.');
  });
});
