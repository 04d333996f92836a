import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optionalTool } from '../../support/tools.js';
import { annotation, functionOn, gone, startTestPlatform, type Call, type TestPlatform } from '../platform-fixture.js';

/** Functions that take more memory than they may. */
let platform: TestPlatform;
beforeAll(async () => void (platform = await startTestPlatform()));
afterAll(() => platform.stop());

const EXHAUSTED = 'The action exhausted its memory and was aborted.';
const node = (code: string, memory: number): Promise<Call> =>
  functionOn(platform, 'nodejs:default', code, { memory, timeout: 30_000 });

test('what takes more memory than it may is killed with its own error, and the next call starts anew', async () => {
  // 4 MB at a time, filled, so that it is resident; it ends only by being killed
  const call = await node(
    'const kept = []; function main({ bad }) { for (; bad;) kept.push(Buffer.alloc(4 * 2 ** 20, 1)); return { pid: process.pid }; }',
    128,
  );
  const { pid } = (await call()).response.result;
  const { response } = await call({ bad: true });
  expect(response).toEqual({ result: { error: EXHAUSTED }, status: 'action developer error', success: false });
  await gone(pid);
  const after = await call();
  expect([after.response.status, typeof annotation(after, 'initTime')]).toEqual(['success', 'number']);
});

test('the memory of what a function starts is its own', async () => {
  const bomb = 'const kept = []; for (;;) kept.push(Buffer.alloc(4 * 2 ** 20, 1));';
  const call = await node(
    `const { spawn } = require("child_process");
    function main() { spawn(process.execPath, ["-e", ${JSON.stringify(bomb)}]); return new Promise(() => 0); }`,
    200,
  );
  expect((await call()).response.result).toEqual({ error: EXHAUSTED });
});

test('a function may use what it was given, while another one uses too much', async () => {
  const wasteful = await node(
    'const kept = []; function main() { for (;;) kept.push(Buffer.alloc(2 ** 20, 1)); }',
    128,
  );
  const modest = await node('const kept = Buffer.alloc(100 * 2 ** 20, 1); function main({ n }) { return { n }; }', 256);
  const ended = wasteful();
  for (let n = 0; n < 20; n += 1) expect((await modest({ n })).response.result).toEqual({ n });
  expect((await ended).response.result).toEqual({ error: EXHAUSTED });
});

describe.skipIf(optionalTool('python3') === undefined)('Python', () => {
  test('a list that grows for ever ends, and so does one that grows while the file is loaded', async () => {
    const grow = 'kept = []\n  while True: kept.append(b"x" * 2 ** 22)';
    const call = await functionOn(platform, 'python:default', `def main(p):\n  ${grow}`, { memory: 128 });
    expect((await call()).response.result).toEqual({ error: EXHAUSTED });
    const loading = await functionOn(platform, 'python:default', `def load():\n  ${grow}\nload()`, { memory: 128 });
    expect((await loading()).response.result).toEqual({ error: EXHAUSTED });
  });

  test('memory that processes share counts once', async () => {
    // 120 MB that three children see, each with little of its own: counted four times they would be 480 MB of 256
    const call = await functionOn(
      platform,
      'python:default',
      `import os, time
kept = bytearray(120 * 2 ** 20)
for i in range(0, len(kept), 4096): kept[i] = 1
def main(p):
  children = []
  for _ in range(3):
    pid = os.fork()
    if pid == 0:
      time.sleep(2.5)
      os._exit(0)
    children.append(pid)
  for pid in children: os.waitpid(pid, 0)
  return {"children": len(children)}`,
      { memory: 256 },
    );
    expect((await call()).response.result).toEqual({ children: 3 });
  });
});
