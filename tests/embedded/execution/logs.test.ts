import { afterAll, beforeAll, expect, test } from 'vitest';
import { functionOn, startTestPlatform, type TestPlatform } from '../platform-fixture.js';

/** What functions write. */
let platform: TestPlatform;
beforeAll(async () => void (platform = await startTestPlatform()));
afterAll(() => platform.stop());

const node = (code: string, limits?: object): ReturnType<typeof functionOn> =>
  functionOn(platform, 'nodejs:default', code, limits);

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
