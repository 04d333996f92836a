import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optionalTool } from '../../support/tools.js';
import {
  annotation,
  functionOn,
  startTestPlatform,
  type Call,
  type Json,
  type TestPlatform,
} from '../platform-fixture.js';

/** Several invocations in one instance at one time. */
let platform: TestPlatform;
beforeAll(async () => void (platform = await startTestPlatform([], { pool: { max_instances: 8 } })));
afterAll(() => platform.stop());

const node = (code: string, concurrency: number, timeout = 20_000): Promise<Call> =>
  functionOn(platform, 'nodejs:default', code, { concurrency, timeout });

/** Returns when as many are in it as it is told to wait for: only where they are executed at the same time. */
const MEETING = `let here = []; function main({ n, of }) {
  return new Promise((resolve) => {
    here.push(() => resolve({ n, pid: process.pid }));
    if (here.length === of) for (const go of here.splice(0)) go();
  });
}`;

test('as many as the limit says meet in one instance; one more has to wait for another', async () => {
  const call = await node(MEETING, 3);
  // the first one alone, so that its instance is there
  const { pid } = (await call({ n: 0, of: 1 })).response.result;
  const met = await Promise.all([1, 2, 3].map((n) => call({ n, of: 3 })));
  expect(met.map(({ response }) => response.result)).toEqual([1, 2, 3].map((n) => ({ n, pid })));
  expect(met.map((record) => annotation(record, 'initTime'))).toEqual([undefined, undefined, undefined]);
  expect(met.map((record) => annotation(record, 'limits').concurrency)).toEqual([3, 3, 3]);
  const [four] = await Promise.all([4, 5, 6, 7].map((n) => call({ n, of: n < 7 ? 3 : 1 })));
  expect(four!.response.status).toBe('success');
});

test('a cold start is one for all that come while it lasts', async () => {
  const call = await node(MEETING, 4);
  const records = await Promise.all([1, 2, 3, 4].map((n) => call({ n, of: 4 })));
  expect(new Set(records.map(({ response }) => response.result.pid)).size).toBe(1);
  expect(records.filter((record) => annotation(record, 'initTime') !== undefined)).toHaveLength(1);
  const lines = (await readFile(join(platform.state, 'truth.ndjson'), 'utf8')).trim().split('\n');
  const truth = lines.map((line) => JSON.parse(line)).filter((entry) => entry.function === call.action);
  const runs = truth.map((entry) => entry.run_ns as number);
  const ends = truth.map((entry) => entry.done_ns as number);
  // all of them were in it at one time
  expect(Math.max(...runs)).toBeLessThan(Math.min(...ends));
});

test('each log has all lines that were written while its invocation was executed', async () => {
  const call = await node(
    `console.log("load"); ${MEETING.replace('here.push', 'console.log("line " + n); here.push')}`,
    2,
  );
  await call({ n: 0, of: 1 });
  const [one, two] = await Promise.all([1, 2].map((n) => call({ n, of: 2 })));
  const alone = await call({ n: 3, of: 1 });
  const textOf = async (record: Json): Promise<string[]> =>
    (await platform.record(record.activationId)).logs.map((line: string) => line.slice(line.indexOf(' ') + 1));
  // the second one is written when both are there, and belongs to both
  expect(await textOf(one)).toEqual(expect.arrayContaining(['line 2']));
  expect(await textOf(two)).toEqual(expect.arrayContaining(['line 2']));
  expect(await textOf(alone)).toEqual(['line 3']);
});

test('an error lets the others end and then the instance; a crash and a deadline take the others with them', async () => {
  const call = await node(
    `${MEETING.replace('function main({ n, of }) {', 'function main({ n, of, how }) { if (how === "exit") process.exit(1); if (how === "throw") throw new Error("boom"); if (how === "late") return new Promise(() => 0);')}`,
    3,
    1_500,
  );
  const { pid } = (await call({ n: 0, of: 1 })).response.result;
  const waiting = call({ n: 1, of: 2 });
  const thrown = await call({ how: 'throw' });
  expect(thrown.response.result).toEqual({ error: 'An error has occurred: Error: boom' });
  // it takes no more: this one is executed elsewhere, and the one that waited for a second one in vain ends at its deadline
  const elsewhere = await call({ n: 2, of: 1 });
  expect(elsewhere.response.result.pid).not.toBe(pid);
  expect((await waiting).response.result).toEqual({
    error: 'The action exceeded its time limits of 1500 milliseconds.',
  });
  const [taken, ended] = await Promise.all([call({ n: 3, of: 2 }), call({ how: 'exit' })]);
  for (const { response } of [taken, ended]) expect(response.result.error).toMatch(/exited unexpectedly\.$/);
});

describe.skipIf(optionalTool('python3') === undefined)('Python', () => {
  test('executes one at a time in an instance, whatever its limit says', async () => {
    const call = await functionOn(
      platform,
      'python:default',
      `import os, time
inside = 0
def main(p):
  global inside
  inside += 1
  time.sleep(0.1)
  seen = inside
  inside -= 1
  return {"pid": os.getpid(), "seen": seen}`,
      { concurrency: 5 },
    );
    const records = await Promise.all([1, 2, 3].map(() => call()));
    expect(records.map(({ response }) => response.result.seen)).toEqual([1, 1, 1]);
    expect(new Set(records.map(({ response }) => response.result.pid)).size).toBeGreaterThan(1);
  });
});
