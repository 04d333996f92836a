import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optionalTool } from '../../support/tools.js';
import { annotation, functionOn, startTestPlatform, type TestPlatform } from '../platform-fixture.js';

/** Functions in Python, where the machine has it. */
let platform: TestPlatform;
beforeAll(async () => void (platform = await startTestPlatform()));
afterAll(() => platform.stop());

describe.skipIf(optionalTool('python3') === undefined)('Python', () => {
  const python = (code: string, limits?: object): ReturnType<typeof functionOn> =>
    functionOn(platform, 'python:default', code, limits);

  test('functions start cold, stay warm, print, and see whole numbers as they were sent', async () => {
    const call = await python(
      'import os\ndef main(p):\n  print("hello", p["n"])\n  return {"pid": os.getpid(), "n": p["n"] + 1}',
    );
    const [cold, warm] = [await call({ n: 1 }), await call({ n: 2 })];
    expect([typeof annotation(cold, 'initTime'), annotation(warm, 'initTime')]).toEqual(['number', undefined]);
    expect(warm.response.result).toEqual({ pid: cold.response.result.pid, n: 3 });
    expect(annotation(cold, 'kind')).toMatch(/^python:3\.\d+$/);
    expect((await platform.record(warm.activationId)).logs[0]).toMatch(/Z hello 2$/);
    const large = await platform.api(
      'POST',
      `actions/${call.action}?blocking=true&result=true`,
      '{"n": 9007199254740993}',
    );
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
