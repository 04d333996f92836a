import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFaults } from '../../../embedded/faults/read-faults.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(content: unknown) {
  const path = join(folder, 'faults.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readFaults(path);
}

/** The lines of the error, without the folder. */
async function wrong(content: unknown): Promise<string[]> {
  const error = await read(content).then(
    () => new Error('it was accepted'),
    (reason: Error) => reason,
  );
  return error.message.split('\n').map((line) => line.replaceAll(`${folder}/`, ''));
}

test('an empty object is a plan in which nothing goes wrong', async () => {
  expect(await read({})).toEqual({
    seed: 1,
    latency: [],
    errors: [],
    throttles: [],
    crashes: [],
    stalls: [],
    records: { lost: [], delayed: [], duplicated: [] },
    clockSkewMs: 0,
  });
});

test('a fault meets all functions at all times unless it says otherwise, a plain number is a constant delay', async () => {
  const plan = await read({
    seed: 7,
    latency: [
      { phase: 'front', delay: 12.5 },
      { phase: 'run', function: 'hello', probability: 0.25, delay: { distribution: 'lognormal', median: 5, sigma: 1 } },
    ],
    crashes: [{ probability: 0.1 }],
    stalls: [{ at_s: 2, for_s: 1.5 }],
    records: { delayed: [{ delay: { distribution: 'uniform', low: 10, high: 20 } }] },
    clock_skew_ms: -250,
  });
  expect(plan).toMatchObject({
    seed: 7,
    latency: [
      { phase: 'front', function: null, probability: 1, delay: { distribution: 'constant', ms: 12.5 } },
      { phase: 'run', function: 'hello', probability: 0.25, delay: { distribution: 'lognormal', median: 5, sigma: 1 } },
    ],
    crashes: [{ function: null, probability: 0.1, after: { distribution: 'constant', ms: 0 } }],
    stalls: [{ atMs: 2_000, forMs: 1_500 }],
    records: { delayed: [{ delay: { distribution: 'uniform', low: 10, high: 20 } }] },
    clockSkewMs: -250,
  });
});

test('every wrong key has a line of its own that says where it is and what is right', async () => {
  const lines = await wrong({
    seed: -1,
    latency: [{ phase: 'frnt', delay: 'long' }, { phase: 'run' }, 5],
    errors: { probability: 0.1 },
    throttles: [{ probability: 2, functoin: 'hello' }],
    stalls: [{ at_s: 1 }],
    records: { lost: [{ function: '' }], misplaced: [] },
    clock_skew_ms: 'fast',
    sloth: true,
  });
  expect(lines.toSorted()).toEqual(
    [
      'faults.json: seed: must be a whole number from 0 to 4294967295, got -1',
      'faults.json: latency.0.phase: must be one of "front", "queue", "spawn", "init", "run", "respond", got "frnt"',
      `faults.json: latency.0.delay: ${DELAY}, got "long"`,
      `faults.json: latency.1.delay: ${DELAY}, got nothing`,
      'faults.json: latency.2: must be an object: {"phase": …, "delay": …}, got 5',
      'faults.json: errors: must be a list, got {"probability":0.1}',
      'faults.json: throttles.0.probability: must be a probability from 0 to 1, got 2',
      'faults.json: throttles.0.functoin: unknown key',
      'faults.json: stalls.0.for_s: must be a number of seconds from 0 to 3600, got nothing',
      'faults.json: records.lost.0.function: must be the name of a function, e.g. "hello", got ""',
      'faults.json: records.misplaced: unknown key',
      'faults.json: clock_skew_ms: must be a number of milliseconds, from -86400000 to 86400000, got "fast"',
      'faults.json: sloth: unknown key',
    ].toSorted(),
  );
});

const DELAY =
  'must be milliseconds from 0 to 3600000, or {"distribution": "uniform", "low", "high"}, "exponential" with "mean", ' +
  '"lognormal" with "median" and "sigma", "pareto" with "least" and "alpha"';

test('of a delay that is an object the wrong part is named', async () => {
  const latency = (delay: unknown) => wrong({ latency: [{ phase: 'run', delay }] });
  expect(await latency({ distribution: 'exponential', mean: -1 })).toEqual([
    'faults.json: latency.0.delay.mean: must be a number of milliseconds from 0 to 3600000, got -1',
  ]);
  expect(await latency({ distribution: 'uniform', low: 9, high: 8 })).toEqual([
    'faults.json: latency.0.delay.low: must not be above "high", got 9',
  ]);
  expect(await latency({ distribution: 'pareto', least: 1, alpha: 2, mean: 3 })).toEqual([
    'faults.json: latency.0.delay.mean: unknown key',
  ]);
  expect(await latency({ distribution: 'gamma', mean: 1 })).toEqual([
    `faults.json: latency.0.delay: ${DELAY}, got {"distribution":"gamma","mean":1}`,
  ]);
});

test('what is no JSON, or not there, is said in one line', async () => {
  expect((await wrong('{"seed": 1'))[0]).toMatch(/^--faults faults\.json: cannot be read as JSON: /);
  expect(await wrong('[]')).toEqual(['faults.json: must be a JSON object, got []']);
  await expect(readFaults(join(folder, 'none.json'))).rejects.toThrow(/cannot be read as JSON: .*ENOENT/);
});

test('whatever stands in the file, it is a plan or an error of the file with a line for each fault', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
      const outcome = await read(value).catch((error: Error) => error);
      if (outcome instanceof Error) {
        expect(outcome.constructor.name).toBe('ConfigError');
        for (const line of outcome.message.split('\n')) expect(line).toMatch(/faults\.json: /);
      } else expect(outcome.seed).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 100 },
  );
});

test('the example of the documentation is a plan with everything in it', async () => {
  const page = await readFile('docs/platform.md', 'utf8');
  const example = /```json\n(\{\n {2}"seed": 7,[^]*?)```/.exec(page)![1]!;
  const plan = await read(example);
  expect(plan.latency).toHaveLength(2);
  for (const rules of [plan.errors, plan.throttles, plan.crashes, plan.stalls, ...Object.values(plan.records)]) {
    expect(rules).toHaveLength(1);
  }
  expect(plan.clockSkewMs).toBe(250);
});
