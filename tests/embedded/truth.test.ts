import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { annotation, eventually, source, startTestPlatform, type Json, type TestPlatform } from './platform-fixture.js';

/** What the records say, against what happened. */
let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform([], { pool: { max_instances: 3, spawn_parallelism: 1 } });
});
afterAll(() => platform.stop());

interface Truth {
  activation_id: string;
  instance: number;
  cold: boolean;
  outcome: string;
  zero_epoch_ms: number;
  accept_ns: number;
  enqueue_ns: number;
  dequeue_ns: number;
  spawn_ns: number | null;
  ready_ns: number | null;
  loaded_ns: number | null;
  run_ns: number | null;
  done_ns: number;
  answered_ns: number;
}

test('every record is derived from its timeline, whatever became of the execution', async () => {
  const actions: Record<string, object> = {
    nap: source('nodejs:default', 'function main({ ms }) { return new Promise((r) => setTimeout(r, ms, {})); }'),
    boom: source('nodejs:default', 'function main() { throw new Error("boom"); }'),
    late: source('nodejs:default', 'function main() { for (;;); }', { timeout: 150 }),
    slowly: source(
      'nodejs:default',
      'const end = Date.now() + 60; while (Date.now() < end); function main() { return {}; }',
    ),
    broken: source('nodejs:default', 'function main( {'),
  };
  for (const [name, action] of Object.entries(actions)) await platform.api('PUT', `actions/${name}`, action);
  const names = ['nap', 'boom', 'late', 'slowly', 'broken'];
  const calls = Array.from({ length: 40 }, (_, i) => {
    const name = i % 4 === 3 ? names[1 + ((i >> 2) % 4)]! : 'nap';
    return platform.api('POST', `actions/${name}?blocking=${i % 2 === 0}`, { ms: i });
  });
  const answers = await Promise.all(calls);
  const ids = answers.map(({ json }) => json.activationId as string);
  const records: Json[] = await Promise.all(ids.map((id) => platform.record(id)));
  const truth = new Map<string, Truth>();
  for (const line of (await readFile(join(platform.state, 'truth.ndjson'), 'utf8')).trim().split('\n')) {
    const entry = JSON.parse(line) as Truth;
    truth.set(entry.activation_id, entry);
  }
  let [cold, warm] = [0, 0];
  for (const record of records) {
    const entry = truth.get(record.activationId)!;
    const wholeMs = (ns: number): number => Math.floor(entry.zero_epoch_ms + ns / 1e6);
    const order = [
      entry.accept_ns,
      entry.enqueue_ns,
      entry.dequeue_ns,
      entry.spawn_ns,
      entry.ready_ns,
      entry.loaded_ns,
      entry.run_ns,
      entry.done_ns,
    ];
    const known = order.filter((ns) => ns !== null);
    expect(known).toEqual(known.toSorted((a, b) => a - b));
    expect(entry.answered_ns).toBeGreaterThan(entry.accept_ns);

    const began = entry.cold ? entry.ready_ns! : entry.dequeue_ns;
    expect(record.start).toBe(wholeMs(began));
    expect(record.end).toBe(wholeMs(entry.done_ns));
    expect(record.duration).toBe(record.end - record.start);
    expect(annotation(record, 'waitTime')).toBe(wholeMs(began) - wholeMs(entry.accept_ns));
    const init = entry.cold ? wholeMs(entry.loaded_ns ?? entry.done_ns) - wholeMs(began) : undefined;
    expect(annotation(record, 'initTime')).toBe(init);
    if (init !== undefined) expect(init).toBeLessThanOrEqual(record.duration);
    if (record.name === 'slowly' && entry.cold) expect(init).toBeGreaterThanOrEqual(59);
    if (record.name === 'late') expect(record.duration - init!).toBeGreaterThanOrEqual(149);
    if (entry.cold) cold += 1;
    else warm += 1;
  }
  // three instances for five functions: nap is warm most of the time, what fails is always cold
  expect(cold).toBeGreaterThan(8);
  expect(warm).toBeGreaterThan(8);
  // no instance executes two activations at one time
  for (const id of new Set([...truth.values()].map(({ instance }) => instance))) {
    const inOrder = [...truth.values()]
      .filter(({ instance }) => instance === id)
      .filter(({ run_ns: run }) => run !== null)
      .toSorted((a, b) => a.run_ns! - b.run_ns!);
    inOrder.slice(1).forEach(({ run_ns: run }, i) => expect(run).toBeGreaterThanOrEqual(inOrder[i]!.done_ns));
  }
});

test('a blocking answer and the stored record tell the same', async () => {
  await platform.api(
    'PUT',
    'actions/same',
    source('nodejs:default', 'function main() { console.log("x"); return { n: 1 }; }'),
  );
  const { json } = await platform.api('POST', 'actions/same?blocking=true');
  const { logs, ...record } = await platform.record(json.activationId);
  const { logs: none, ...answered } = json;
  expect(record).toEqual(answered);
  expect([logs.length, none]).toEqual([1, []]);
  const { json: document } = await eventually(async () => platform.couch('GET', `/guest%2F${json.activationId}`));
  expect(document.updated).toBeGreaterThanOrEqual(document.end);
});
