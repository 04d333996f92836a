import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optionalTool } from '../../support/tools.js';
import {
  functionOn,
  gone,
  isRunning,
  startTestPlatform,
  type Call,
  type Json,
  type TestPlatform,
} from '../platform-fixture.js';

/** Functions at their worst, and one that must not suffer from it. */
let platform: TestPlatform;
beforeAll(async () => void (platform = await startTestPlatform([], { pool: { max_instances: 8 } })));
afterAll(() => platform.stop());

const node = (code: string, limits?: object): Promise<Call> => functionOn(platform, 'nodejs:default', code, limits);

/** Runs the bad one while a good one is called again and again; all of its calls must be answered well. */
async function besideGood(bad: Promise<Json>): Promise<Json> {
  const good = await node('function main({ n }) { return { n }; }');
  const going = { on: true };
  void bad.finally(() => (going.on = false));
  for (let n = 0; going.on || n < 5; n += 1) expect((await good({ n })).response.result).toEqual({ n });
  return bad;
}

test('100 MB on stdout: the log ends at its limit and says so, whether it has lines or not', async () => {
  const MB_100 = 100 * 2 ** 20;
  const call = await node(
    `const { writeSync } = require("fs");
    function main({ lines }) {
      const part = Buffer.alloc(2 ** 20, lines ? "x".repeat(1023) + "\\n" : "x");
      for (let sent = 0; sent < ${MB_100};) {
        try { sent += writeSync(1, part); } catch (error) { if (error.code !== "EAGAIN") throw error; }
      }
      return { done: true };
    }`,
    { logs: 1 },
  );
  for (const lines of [true, false]) {
    const record = await besideGood(call({ lines }));
    expect(record.response.result).toEqual({ done: true });
    const { logs } = await platform.record(record.activationId);
    expect(logs.at(-1)).toMatch(
      /Logs were truncated because the total bytes size exceeds the limit of 1048576 bytes\.$/,
    );
    expect(logs.join('').length).toBeLessThan(2 ** 20 + 100_000);
  }
  expect((await call({ lines: true })).response.status).toBe('success');
});

test('an answer of 100 MB is not handed on, and its length is told', async () => {
  const call = await node('function main() { return { big: "x".repeat(100 * 2 ** 20) }; }', { memory: 512 });
  const { response } = await besideGood(call());
  // {"big":"…"} is 10 bytes longer than what it holds: 104,857,600 + 10
  expect(response).toMatchObject({
    status: 'application error',
    size: 104_857_610,
    result: {
      error: 'The action produced a response that exceeded the allowed length: 104857610 > 1048576 bytes.',
    },
  });
});

test('what is no JSON is the error of its developer: a cycle, a BigInt, a toJSON that throws', async () => {
  const results = [
    'const a = {}; a.a = a; return a',
    'return { n: 1n }',
    'return { toJSON() { throw new Error("no"); } }',
  ];
  for (const expression of results) {
    const { response } = await (await node(`function main() { ${expression} }`))();
    expect([response.status, typeof response.result.error]).toEqual(['action developer error', 'string']);
  }
  // JSON has no NaN: JavaScript writes null for it, and Node's runtime does as JavaScript does
  expect((await (await node('function main() { return { n: NaN, u: undefined }; }'))()).response.result).toEqual({
    n: null,
  });
});

test('children that a function leaves behind end with its instance, also those that left its process group', async () => {
  const call = await node(
    `const { spawn } = require("child_process");
    function main({ end }) {
      if (end) process.exit(1);
      const start = (detached) => { const child = spawn("sleep", ["300"], { detached, stdio: "ignore" }); child.unref(); return child.pid; };
      return { pids: [start(false), start(true)] };
    }`,
  );
  const { pids } = (await call()).response.result;
  expect(pids.filter(isRunning)).toEqual(pids);
  await besideGood(call({ end: true }));
  for (const pid of pids) await gone(pid);
});

test('a function whose children start children for as long as they live ends at its deadline with all of them', async () => {
  // 20 at a time, each of which starts its successor and ends: nobody finds them one by one
  const call = await node(
    `const { spawn } = require("child_process");
    function main() {
      for (let i = 0; i < 20; i += 1) spawn("/bin/sh", ["-c", 'f() { (sleep 0.01; f) & }; f; echo $$; sleep 300']).stdout.on("data", () => 0);
      return new Promise(() => 0);
    }`,
    { timeout: 700 },
  );
  const record = await besideGood(call());
  expect(record.response.result).toEqual({ error: 'The action exceeded its time limits of 700 milliseconds.' });
});

describe.skipIf(optionalTool('python3') === undefined)('Python', () => {
  test('what is no JSON is the error of its developer: NaN, bytes, a set, a cycle', async () => {
    for (const value of ['{"n": float("nan")}', '{"b": b"x"}', '{"s": {1}}', 'cycle()']) {
      const call = await functionOn(
        platform,
        'python:default',
        `def cycle():\n  c = {}\n  c["c"] = c\n  return c\ndef main(p): return ${value}`,
      );
      const { response } = await call();
      expect([response.status, typeof response.result.error]).toEqual(['action developer error', 'string']);
    }
  });

  test('10 MB on stdout and nothing returned: a log up to its limit, and {}', async () => {
    const call = await functionOn(platform, 'python:default', 'def main(p): print("x" * 10 * 2 ** 20)', { logs: 1 });
    const record = await besideGood(call());
    expect(record.response).toMatchObject({ result: {}, status: 'success' });
  });
});
