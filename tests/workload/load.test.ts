import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadWorkload } from '../../workload/load.js';
import { UNMONITORED } from '../support/workloads.js';
import { config, inFolder, instance, load, request } from './loading.js';

/** The config of seed 003 as its text describes it: six keys, the older spelling, four instances of four kinds. */
const SEED = {
  test_name: 'sample_test',
  test_duration_inseconds: 15,
  random_seed: 100,
  blocking_cli: false,
  instances: {
    instance1: { application: 'function1', distribution: 'Uniform', rate: 4 },
    instance2: { application: 'function1', distribution: 'Poisson', rate: 4, param_file: 'params.json' },
    instance3: { application: 'function2', interarrivals_list: [5.2, 1.1, 0.25] },
    instance4: {
      application: 'function3',
      distribution: 'Poisson',
      rate: 4,
      activity_window: [5, 10],
      data_file: 'picture.jpg',
    },
  },
  perf_monitoring: { runtime_script: 'monitoring/Mine.sh', post_script: null },
};
const SEED_FILES = {
  'params.json': '{ "n": 12345678901234567890 }\n',
  'picture.jpg': Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2),
  'monitoring/Mine.sh': '#!/bin/bash\n',
};

describe('a config of FaaSProfiler', () => {
  test('is accepted as it is, and means what it meant', async () => {
    await inFolder({ 'a.json': SEED, ...SEED_FILES }, async (cwd) => {
      const workload = await loadWorkload('a.json', { cwd });
      expect(workload).toMatchObject({
        testName: 'sample_test',
        durationS: 15,
        seed: 100,
        blocking: false,
        endpoint: { kind: 'local_openwhisk' },
        limits: { maxInFlight: 10_000, timeoutMs: 70_000, latenessBudgetMs: 10, responseBodyBytes: 4096 },
        monitoring: {
          runtimeScript: { path: join(cwd, 'monitoring/Mine.sh'), faasRoot: cwd },
          postScript: null,
        },
        thresholds: {},
      });
      expect(workload.instances).toEqual([
        {
          name: 'instance1',
          application: 'function1',
          arrivals: { process: 'Uniform', ratePerS: 4 },
          windowS: null,
          payload: { kind: 'none' },
        },
        {
          name: 'instance2',
          application: 'function1',
          arrivals: { process: 'Poisson', ratePerS: 4 },
          windowS: null,
          // As it stands in the file: parsed and written anew, the integer would be 12345678901234567000.
          payload: { kind: 'params', json: '{ "n": 12345678901234567890 }' },
        },
        {
          name: 'instance3',
          application: 'function2',
          arrivals: { process: 'list', interarrivalsS: [5.2, 1.1, 0.25] },
          windowS: null,
          payload: { kind: 'none' },
        },
        {
          name: 'instance4',
          application: 'function3',
          arrivals: { process: 'Poisson', ratePerS: 4 },
          windowS: [5, 10],
          payload: {
            kind: 'data',
            contentType: 'image/jpeg',
            bytes: Buffer.from(SEED_FILES['picture.jpg']),
          },
        },
      ]);
      expect(workload.warnings).toEqual([
        'instances.instance4.data_file: a web action always waits for its result, whatever blocking_cli says',
      ]);
    });
  });

  test('may say null wherever the predecessor allowed or crashed on it', async () => {
    const nulls = { param_file: null, data_file: null, activity_window: null, interarrivals_list: null };
    const workload = await load(
      config({
        random_seed: null,
        endpoint: null,
        perf_monitoring: null,
        limits: null,
        thresholds: null,
        instances: { instance1: instance(nulls) },
      }),
    );
    expect(workload.instances[0]).toEqual({
      name: 'instance1',
      application: 'hello',
      arrivals: { process: 'Poisson', ratePerS: 5 },
      windowS: null,
      payload: { kind: 'none' },
    });
    expect(workload.endpoint).toEqual({ kind: 'local_openwhisk' });
    expect(workload.monitoring).toEqual(UNMONITORED);
    expect(workload.warnings).toEqual([]);
  });

  test('for a generic endpoint posts data as JSON', async () => {
    const workload = await load(
      config({
        endpoint: 'generic',
        instances: { a: request({ data: { item: 42 } }), b: request({ application: 'orders' }) },
      }),
    );
    expect(workload.blocking).toBeNull();
    expect(workload.instances[0]).toMatchObject({
      application: '/orders',
      http: {
        url: 'http://127.0.0.1:8080/orders',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      },
      payload: { kind: 'params', json: '{"item":42}' },
    });
    expect(workload.instances[1]).toMatchObject({
      application: 'orders',
      http: { headers: {} },
      payload: { kind: 'none' },
    });
    expect(workload.warnings).toEqual(['blocking_cli: a generic endpoint always waits, ignored']);
  });
});

test('an unknown key is a warning, and so is a key that stands twice', async () => {
  const text = JSON.stringify(config({ comment: 'ours', instances: { a: instance({ owner: 'me' }) } })).replace(
    '"blocking_cli":true',
    '"blocking_cli":true,"blocking_cli":false',
  );
  const workload = await load(text);
  expect(workload.blocking).toBe(false);
  expect(workload.warnings).toEqual([
    'the key "blocking_cli" stands twice in one object; the last counts',
    'comment: unknown key, ignored',
    'instances.a.owner: unknown key, ignored',
  ]);
});

test('names that JavaScript treats specially are names like any other', async () => {
  const text = `{"test_name":"t","test_duration_in_seconds":10,"blocking_cli":true,"instances":{
    "__proto__": {"application":"hello","distribution":"Uniform","rate":1},
    "constructor": {"application":"hello","distribution":"Uniform","rate":1}}}`;
  const workload = await load(text);
  expect(workload.instances.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
  expect(Object.keys(workload.source.resolved['instances'] as object)).toEqual(['__proto__', 'constructor']);
});

test('the source names every file that was read, by its SHA-256', async () => {
  await inFolder({ 'a.json': SEED, ...SEED_FILES }, async (cwd) => {
    const { source } = await loadWorkload('a.json', { cwd });
    const sha = async (name: string): Promise<string> =>
      createHash('sha256')
        .update(await readFile(join(cwd, name)))
        .digest('hex');
    expect(source.configPath).toBe('a.json');
    expect(source.configSha256).toBe(await sha('a.json'));
    expect(source.files).toEqual({
      [join(cwd, 'a.json')]: await sha('a.json'),
      [join(cwd, 'params.json')]: await sha('params.json'),
      [join(cwd, 'picture.jpg')]: await sha('picture.jpg'),
    });
  });
});
