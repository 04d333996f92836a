import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Merged, MergedRun } from '../../comparative/merged.js';
import {
  differenceText,
  machineWarning,
  settingDifferences,
  sidesText,
} from '../../comparative/setting-differences.js';
import type { Manifest } from '../../records/manifest.js';

const HOST = { hostname: 'lab', os: 'Linux 6.8', cpus: 2, cpu_model: 'EPYC 7763', memory_bytes: 8 * 2 ** 30 };

function manifest(changes: Record<string, unknown> = {}): Manifest {
  return {
    faaslab_version: '0.1.0',
    node_version: 'v20.20.0',
    host: HOST,
    endpoint: { kind: 'local_openwhisk', url: 'https://ow.example:443', namespace: 'guest' },
    activations: { source: 'couchdb', complete: true, missing: 0 },
    seed: 1,
    config: { test_name: 'a', random_seed: 1, instances: { a: { rate: 8, activity_window: [0, 5] } } },
    ...changes,
  } as unknown as Manifest;
}

function differing(baseline: Manifest[], candidate: Manifest[]) {
  const runs = [...baseline, ...candidate].map((each, i) => ({ run_id: `r${i}`, manifest: each }) as MergedRun);
  const ids = runs.map(({ run_id }) => run_id);
  const sides = {
    baseline: { label: 'old', runs: ids.slice(0, baseline.length) },
    candidate: { label: 'new', runs: ids.slice(baseline.length) },
    chosen: null,
  };
  return settingDifferences(sides, { runs } as Partial<Merged> as Merged);
}

test('the machine comes first, then its software and the platform, then what was asked for', () => {
  const other = manifest({
    host: { hostname: 'vm', os: 'Linux 6.12', cpus: 8, cpu_model: 'Xeon 8488C', memory_bytes: 16 * 2 ** 30 },
    faaslab_version: '0.2.0',
    node_version: 'v24.1.0',
    endpoint: { kind: 'lambda', url: 'https://lambda.eu-west-1.amazonaws.com', region: 'eu-west-1' },
    activations: { source: 'records', complete: true, missing: 0 },
    seed: 2,
    config: { instances: { a: { rate: 16, activity_window: [0, 9] } }, limits: { timeout_ms: 1_000 } },
  });
  expect(differing([manifest()], [other]).map(({ setting }) => setting)).toEqual([
    'host',
    'processor',
    'processors',
    'memory',
    'operating system',
    'faaslab version',
    'Node.js version',
    'endpoint',
    'platform',
    'namespace',
    'source of activations',
    'region',
    'config instances.a.rate',
    'config instances.a.activity_window',
    'seed',
    'config limits.timeout_ms',
  ]);
  expect(machineWarning(differing([manifest()], [other]))).toBe(
    "DIFFERENT MACHINES: host lab → vm, processor EPYC 7763 → Xeon 8488C, processors 2 → 8, memory 8.0 GiB → 16.0 GiB, operating system Linux 6.8 → Linux 6.12. What is found here may be the machines' difference.",
  );
});

test('names, paths and the like differ by nature and are not told', () => {
  const again = manifest({ config_path: 'b.json', run_id: 'x', config: { ...manifest().config, test_name: 'b' } });
  expect(differing([manifest()], [again])).toEqual([]);
});

test('a side of two machines is told although both sides have the same two', () => {
  const vm = manifest({ host: { ...HOST, hostname: 'vm' } });
  const found = differing([manifest(), manifest(), vm], [vm, manifest(), vm]);
  expect(found).toMatchObject([{ setting: 'host', baseline: ['lab', 'vm'], candidate: ['vm', 'lab'], machine: true }]);
});

test('what an older run does not tell of its machine is told as absent, and is no other machine', () => {
  const { cpu_model: _, ...older } = HOST;
  const found = differing([manifest({ host: older })], [manifest()]);
  expect(found).toMatchObject([{ setting: 'processor', baseline: ['–'], candidate: ['EPYC 7763'], machine: false }]);
  expect(machineWarning(found)).toBeNull();
});

test('an entry of a list of objects is told by its place', () => {
  const of = (user: string) =>
    manifest({ config: { perf_monitoring: { hosts: [{ name: 'a' }, { name: 'b', user }] } } });
  expect(differing([of('x')], [of('y')]).map(({ setting }) => setting)).toEqual([
    'config perf_monitoring.hosts[1].user',
  ]);
});

test('a secret that a stranger left in a config is not shown, nor the user of an address', () => {
  const of = (secret: string) =>
    manifest({
      config: {
        instances: { a: { headers: { Authorization: secret } } },
        endpoint: { api_host: `https://u:${secret}@h/` },
      },
    });
  const found = differing([of('first')], [manifest()]);
  expect(JSON.stringify(found)).not.toContain('first');
  expect(found.map(({ baseline }) => baseline[0])).toContain('https://(hidden)@h/');
});

test('two secrets that differ are told to differ, and neither is shown', () => {
  const github = (last: string) => `gh${'p_'}${'a1'.repeat(17)}${last}`;
  const of = (secret: string, token: string) =>
    manifest({
      endpoint: { kind: 'generic', url: 'https://h.example' },
      config: {
        instances: {
          'token-issuer': { url: `https://h.example/p?code=${secret}`, params: { DB_PASS: secret, note: token } },
        },
        same: { password: 'equal' },
      },
    });
  const found = differing([of('first', github('x'))], [of('second', github('y'))]);
  expect(found.map((each) => `${each.setting}: ${differenceText(each)}`)).toEqual([
    'config instances.token-issuer.url: differs (hidden)',
    'config instances.token-issuer.params.DB_PASS: differs (hidden)',
    'config instances.token-issuer.params.note: differs (hidden)',
  ]);
  expect(JSON.stringify(found)).not.toMatch(/first|second|a1a1/);
  // of three runs of a side two with one secret
  const [mixed] = differing([of('a', 't'), of('b', 't'), of('b', 't')], [of('a', 't')]);
  expect(differenceText(mixed!)).toBe('https://h.example/p?(hidden) (and 1 other) → https://h.example/p?(hidden)');
});

test('long values are shown from where they part, and further ones counted', () => {
  const list = (last: number) => JSON.stringify([...Array.from({ length: 50 }, (_, i) => i), last]);
  const [a, b] = sidesText([list(1), 'x', 'y'], [list(2)]);
  // the last twelve characters of what is common, then what is not
  expect(a).toBe('…46,47,48,49,1] (and 2 others)');
  expect(b).toBe('…46,47,48,49,2]');
});

test('two values that differ are never shown alike, however long their common part', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      fc.string({ maxLength: 200 }),
      fc.string({ maxLength: 200 }),
      (start, a, b) => {
        const [from, to] = sidesText([start + a], [start + b]);
        expect(from === to).toBe(a === b);
      },
    ),
  );
});
