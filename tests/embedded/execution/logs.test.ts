import { afterAll, beforeAll, expect, test } from 'vitest';
import { functionOn, startTestPlatform, type TestPlatform } from '../platform-fixture.js';

/** What functions write. */
let platform: TestPlatform;
beforeAll(async () => void (platform = await startTestPlatform()));
afterAll(() => platform.stop());

const node = (code: string, limits?: object): ReturnType<typeof functionOn> =>
  functionOn(platform, 'nodejs:default', code, limits);

const TRUNCATED = 'Logs were truncated because the total bytes size exceeds the limit of 1048576 bytes.';

test('each line is logged to the activation that wrote it, with what its children wrote', async () => {
  const code = `const { execSync } = require("child_process");
    function main({ n }) { console.log("out " + n); console.error("err " + n); execSync("echo child " + n, { stdio: "inherit" }); process.stdout.write("no newline " + n); return {}; }`;
  const call = await node(code);
  for (let n = 0; n < 5; n += 1) {
    const { logs } = await platform.record((await call({ n })).activationId);
    const lines = logs.map((line: string) => line.slice(line.indexOf(' ') + 1));
    expect(lines.toSorted()).toEqual([`child ${n}`, `err ${n}`, `no newline ${n}`, `out ${n}`].toSorted());
    expect(logs).toEqual(logs.toSorted());
  }
});

test('a log ends at its limit and says so, however long its lines are', async () => {
  // Beside its text a line counts 71 bytes: 1 MB = 1,048,576 bytes hold 979 lines of 999 letters and 14,768 empty ones
  const call = await node(
    'function main({ length, lines }) { process.stdout.write(("x".repeat(length) + "\\n").repeat(lines)); return {}; }',
    { logs: 1 },
  );
  for (const [length, lines, kept] of [
    [999, 3_000, 979],
    [0, 1_000_000, 14_768],
    [0, 14_768, 14_768],
  ] as const) {
    const log = await platform.log((await call({ length, lines })).activationId);
    const ending = lines === kept ? [] : [TRUNCATED];
    expect(log).toEqual([...Array.from({ length: kept }, () => 'x'.repeat(length)), ...ending]);
  }
});

test('output beyond the limit is neither memory of the function nor kept: the next log is whole', async () => {
  // 40 MB of a function that may have 128 MB, which Node alone fills half: in its own queue they would take twice as much
  const call = await node(
    'function main({ lines }) { for (let i = 0; i < lines; i += 1) console.log("x".repeat(1000)); return { rss: process.memoryUsage.rss() }; }',
    { logs: 1, memory: 128 },
  );
  const loud = await call({ lines: 40_000 });
  expect(loud.response.status).toBe('success');
  expect(loud.response.result.rss).toBeLessThan(128 * 2 ** 20);
  expect((await platform.log(loud.activationId)).at(-1)).toBe(TRUNCATED);
  expect(await platform.log((await call({ lines: 2 })).activationId)).toEqual(['x'.repeat(1_000), 'x'.repeat(1_000)]);
});

test('a function that writes for ever ends at its deadline', async () => {
  const call = await node('function main() { for (;;) console.log("again".repeat(1000)); }', { timeout: 500, logs: 1 });
  const record = await call();
  expect(record.response.result).toEqual({ error: 'The action exceeded its time limits of 500 milliseconds.' });
  expect((await platform.log(record.activationId)).at(-1)).toBe(TRUNCATED);
});

test('a log whose end does not come says that something may be missing, after a throw too', async () => {
  const INCOMPLETE = 'There was an issue while collecting your logs. Data might be missing.';
  const call = await node(
    'function main({ fail }) { console.error("before"); require("fs").closeSync(1); if (fail) throw new Error("boom"); return {}; }',
  );
  for (const fail of [false, true]) {
    const log = await platform.log((await call({ fail })).activationId);
    expect([log[0], log.at(-1)]).toEqual(['before', INCOMPLETE]);
  }
  expect((await call({})).response.status).toBe('success');
});

test('what a function writes behind its answer is in the next log of its instance', async () => {
  const call = await node(
    'function main({ n }) { setImmediate(() => console.log("late " + n)); console.log("own " + n); return {}; }',
  );
  for (const expected of [['own 0'], ['late 0', 'own 1'], ['late 1', 'own 2']]) {
    const n = Number(expected.at(-1)!.slice(4));
    expect(await platform.log((await call({ n })).activationId)).toEqual(expected);
  }
});

test('a child that outlives its instance and holds its pipes does not keep its log open', async () => {
  const call = await node(`function main() {
    console.log("before");
    require("child_process").spawn("sleep", ["300"], { detached: true, stdio: "inherit" });
    process.exit(1);
  }`);
  expect(await platform.log((await call()).activationId)).toEqual(['before']);
});
