import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { optionalTool } from '../../support/tools.js';
import {
  annotation,
  eventually,
  functionOn,
  startTestPlatform,
  type Json,
  type TestPlatform,
} from '../platform-fixture.js';

/** Instances that were started before anybody asked for them. */
const python3 = optionalTool('python3');
let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform([], { pool: { max_instances: 8, prewarm_node: 1, prewarm_python3: 1 } });
});
afterAll(() => platform.stop());

async function truthOf(activationId: string): Promise<Json> {
  await platform.record(activationId);
  const lines = (await readFile(join(platform.state, 'truth.ndjson'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line)).find((entry) => entry.activation_id === activationId);
}

/** Cold starts of new functions until one of them finds a prewarmed instance: it may be starting still. */
async function prewarmedCall(kind: string, code: string): Promise<{ record: Json; truth: Json; warm: Json }> {
  return eventually(async () => {
    const call = await functionOn(platform, kind, code);
    const record = await call({ n: 1 });
    const truth = await truthOf(record.activationId);
    return truth.prewarmed ? { record, truth, warm: await call({ n: 2 }) } : undefined;
  });
}

const KINDS = [
  ['nodejs:default', 'function main({ n }) { return { n, pid: process.pid, env: process.env, dir: __dirname }; }'],
  ...(python3 === undefined
    ? []
    : [
        [
          'python:default',
          'import os\ndef main(p): return {"n": p["n"], "pid": os.getpid(), "env": dict(os.environ), "dir": os.path.dirname(__file__)}',
        ] as const,
      ]),
] as const;

test.each(KINDS)(
  'a prewarmed instance of %s loads the function when it is needed: cold without a spawn, then warm',
  async (kind, code) => {
    const { record, truth, warm } = await prewarmedCall(kind, code);
    const { n, pid, env, dir } = record.response.result;
    expect(n).toBe(1);
    // exactly what an instance that was started for it sees
    expect(Object.keys(env).filter((name) => name.startsWith('FAASLAB'))).toEqual([]);
    expect(env).toMatchObject({ __OW_ACTION_NAME: `/guest/${record.name}`, _HANDLER: 'main', LAMBDA_TASK_ROOT: dir });
    expect(env.TMPDIR).toMatch(/\/\d+$/);

    expect(truth).toMatchObject({ cold: true, prewarmed: true, spawn_ns: null });
    expect(truth.ready_ns).toBeGreaterThanOrEqual(truth.dequeue_ns);
    expect(truth.loaded_ns).toBeGreaterThan(truth.ready_ns);
    expect(truth.run_ns).toBeGreaterThanOrEqual(truth.loaded_ns);
    const wholeMs = (ns: number): number => Math.floor(truth.zero_epoch_ms + ns / 1e6);
    expect(annotation(record, 'initTime')).toBe(wholeMs(truth.loaded_ns) - wholeMs(truth.ready_ns));
    expect(annotation(record, 'waitTime')).toBe(wholeMs(truth.ready_ns) - wholeMs(truth.accept_ns));
    expect(record.start).toBe(wholeMs(truth.ready_ns));

    expect([warm.response.result.pid, annotation(warm, 'initTime')]).toEqual([pid, undefined]);
    expect(await truthOf(warm.activationId)).toMatchObject({ cold: false, prewarmed: false });
  },
);

test('a function that cannot be loaded in a prewarmed instance says so as any other does', async () => {
  const { record } = await prewarmedCall('nodejs:default', 'function main( {');
  expect(record.response.result.error).toMatch(/^Initialization has failed due to: SyntaxError/);
  const { record: exited } = await prewarmedCall('nodejs:default', 'process.exit(1)');
  expect(exited.response.result.error).toBe('The action did not initialize and exited unexpectedly.');
});
