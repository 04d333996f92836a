import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSettings } from '../../embedded/settings.js';

const folder = mkdtempSync(join(tmpdir(), 'faaslab-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: object): string {
  const path = join(folder, 'platform.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

test('without a file the pool has no limit but that of all instances, and prewarms nothing', async () => {
  expect((await readSettings(null)).pool).toEqual({
    maxInstances: 8 * availableParallelism(),
    maxInstancesPerFunction: null,
    queueLimit: null,
    keepAliveMs: 60_000,
    spawnParallelism: availableParallelism(),
    placement: 'mru',
    placementSeed: 1,
    prewarm: { node: 0, python3: 0 },
    stopGraceMs: 1_000,
  });
});

test('what the file says is what the pool is told', async () => {
  const pool = {
    max_instances: 4,
    max_instances_per_function: 2,
    queue_limit: 0,
    keep_alive_ms: 5,
    spawn_parallelism: 1,
    placement: 'random',
    placement_seed: 7,
    prewarm_node: 2,
    prewarm_python3: 1,
    stop_grace_ms: 0,
  };
  expect((await readSettings(fileOf({ pool }))).pool).toEqual({
    maxInstances: 4,
    maxInstancesPerFunction: 2,
    queueLimit: 0,
    keepAliveMs: 5,
    spawnParallelism: 1,
    placement: 'random',
    placementSeed: 7,
    prewarm: { node: 2, python3: 1 },
    stopGraceMs: 0,
  });
});

test('every wrong key has a line of its own: which, what it must be, what it is', async () => {
  const path = fileOf({
    pool: {
      queue_limit: -1,
      placement: 'best',
      placement_seed: 2 ** 32,
      prewarm_node: 1.5,
      stop_grace_ms: '1s',
      size: 3,
    },
    couchdb: { database: { password: 'hunter2' }, password: 'hunter2' },
  });
  const failed = await readSettings(path).catch((error: Error) => error.message.split('\n'));
  expect(failed).toEqual([
    `${path}: pool.queue_limit: must be an integer from 0, got -1`,
    `${path}: pool.placement: must be one of "mru", "lru", "random", got "best"`,
    `${path}: pool.placement_seed: must be an integer from 0 to 4294967295, got 4294967296`,
    `${path}: pool.prewarm_node: must be an integer from 0, got 1.5`,
    `${path}: pool.stop_grace_ms: must be a number of ms from 0, got "1s"`,
    expect.stringMatching(/: pool\.size: unknown key \(.*pool\.queue_limit.*\)$/),
    expect.stringMatching(/: couchdb\.database: .*, got an object$/),
    // What stands under a key that nobody knows is not repeated.
    expect.stringMatching(/: couchdb\.password: unknown key \([^)]*\)$/),
  ]);
});
