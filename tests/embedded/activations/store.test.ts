import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createActivation } from '../../../embedded/activations/activation.js';
import { openActivationStore } from '../../../embedded/activations/store.js';
import type { PlatformFunction } from '../../../embedded/functions.js';
import { noFaults } from '../../../embedded/faults/faults.js';
import type { RecordParts } from '../../../embedded/activations/parts.js';

async function storeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function functionOf(face: PlatformFunction['face'], name: string): PlatformFunction {
  return {
    key: name,
    face,
    name,
    runtime: 'node',
    kind: 'nodejs:20',
    entry: { convention: face === 'lambda' ? 'handler' : 'main', name: 'main' },
    code: { form: 'source', text: '' },
    version: '0.0.1',
    limits: { timeoutMs: 1_000, memoryMb: 128, logsMb: 1, concurrency: 1, maxInstances: null },
    env: {},
  };
}

async function linesIn(folder: string, file: string): Promise<string[]> {
  return (await readFile(join(folder, file), 'utf8')).split('\n').filter((line) => line !== '');
}

test("Lambda's activations are in the truth, and in none of OpenWhisk's records", async () => {
  const folder = await storeFolder();
  const store = await openActivationStore(folder);
  for (const face of ['openwhisk', 'lambda'] as const) {
    const fn = functionOf(face, `of-${face}`);
    const met = noFaults.draw(fn.name);
    if (met === 'throttled') throw new Error('nothing is throttled without faults');
    const activation = createActivation(fn, '{}', 0, met, { done: () => undefined, logged: store.add });
    activation.done({ kind: 'returned', text: '{}', bytes: 2, truncated: false }, 1_000_000);
    activation.logged([]);
  }
  await store.close();
  expect((await linesIn(folder, 'truth.ndjson')).map((line) => JSON.parse(line).function)).toEqual([
    'of-openwhisk',
    'of-lambda',
  ]);
  expect((await linesIn(folder, 'activations.ndjson')).map((line) => JSON.parse(line).name)).toEqual(['of-openwhisk']);
  expect(store.columns.count()).toBe(1);
});

test('closing waits for a record that is still to come', async () => {
  const folder = await storeFolder();
  const store = await openActivationStore(folder);
  let come!: (record: RecordParts) => void;
  store.addRecord(new Promise((resolve) => (come = resolve)));
  const closed = store.close();
  come({
    activationId: '0'.repeat(32),
    annotations: [],
    cause: null,
    duration: null,
    end: null,
    logs: [],
    name: 'late',
    functionName: 'late',
    response: { statusCode: 0, result: '{}', size: null },
    start: 1,
    version: '0.0.1',
  });
  await closed;
  const [line] = await linesIn(folder, 'activations.ndjson');
  expect(JSON.parse(line!)).toMatchObject({ name: 'late', end: 0, start: 1 });
  const again = await openActivationStore(folder);
  onTestFinished(() => again.close());
  expect(again.find('0'.repeat(32))).toMatchObject({ functionName: 'late', start: 1 });
});
