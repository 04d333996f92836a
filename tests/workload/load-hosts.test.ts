import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { config, faults, inFolder, load } from './loading.js';
import { loadWorkload } from '../../workload/load.js';

const SECRET = 'hunter2-secret';
const host = (given: Record<string, unknown> = {}) => ({
  name: 'node-1',
  ssh: 'user@10.0.0.7',
  sampler: true,
  ...given,
});
const watched = (...hosts: unknown[]) => config({ perf_monitoring: { hosts } });

test('hosts have what ssh needs, and a script that is found here', async () => {
  const hosts = [
    host({ port: 2222 }),
    { name: 'b', ssh: 'alias', runtime_script: 'monitoring/M.sh', sampler: { interval_ms: 250 } },
  ];
  await inFolder({ 'a.json': watched(...hosts), 'monitoring/M.sh': '' }, async (cwd) => {
    const { monitoring, source, warnings } = await loadWorkload('a.json', { cwd });
    expect(monitoring.hosts).toEqual([
      { name: 'node-1', ssh: 'user@10.0.0.7', port: 2222, samplerIntervalMs: 1_000, runtimeScript: null },
      {
        name: 'b',
        ssh: 'alias',
        port: null,
        samplerIntervalMs: 250,
        runtimeScript: { path: join(cwd, 'monitoring', 'M.sh'), faasRoot: cwd },
      },
    ]);
    expect(source.resolved['perf_monitoring']).toMatchObject({ hosts: [{ ssh: 'user@10.0.0.7' }, { ssh: 'alias' }] });
    expect(warnings).toEqual([]);
  });
});

test.each([
  ['a password', { ssh: `user:${SECRET}@10.0.0.7` }],
  ['a URL with one', { ssh: `ssh://user:${SECRET}@10.0.0.7` }],
  ['one behind a slash', { ssh: `10.0.0.7/${SECRET}` }],
])('%s in "ssh" is refused without being repeated', async (_, given) => {
  const lines = await faults(watched(host(given)));
  expect(lines).toEqual([
    'a.json: perf_monitoring.hosts[0].ssh: must be "host" or "user@host" (its port stands in "port", keys in ~/.ssh)',
  ]);
});

test.each(['-oProxyCommand=touch x', 'user@-oProxyCommand=x', 'a b', '@host', 'user@'])(
  '%j is no destination',
  async (ssh) => {
    expect(await faults(watched(host({ ssh })))).toHaveLength(1);
  },
);

test('a host without an address is told as such', async () => {
  expect(await faults(watched(host({ ssh: undefined })))).toEqual([
    'a.json: perf_monitoring.hosts[0].ssh: is missing; must be "host" or "user@host"',
  ]);
});

test.each([
  ['..', /must hold no slash, backslash or NUL and must not begin with a dot .*, got "\.\."/],
  ['<b>n</b>', /must hold no slash.* \(any other character may stand in it\), got "<b>n<\/b>"$/],
  ['n'.repeat(101), /must have at most 100 bytes, got 101/],
  ['NODE-0', /"NODE-0" is also the name of another host/],
  [hostname(), /is this machine, which "runtime_script" and "sampler" of perf_monitoring itself watch/],
  [hostname().toUpperCase(), /is this machine/],
])('the name %j is refused', async (name, told) => {
  const lines = await faults(watched(host({ name: 'node-0' }), host({ name })));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^a\.json: perf_monitoring\.hosts\[1\]\.name: /);
  expect(lines[0]).toMatch(told);
});

test('all that is wrong with hosts is told at once', async () => {
  const lines = await faults(
    watched(
      host({ name: 'a/b', ssh: 'a b', port: 0 }),
      host({ name: 'node-2', sampler: 'yes', runtime_script: 'none.sh' }),
      host({ name: 'NODE-2', port: 70_000 }),
      host({ name: 'node-4', sampler: undefined, ssh: undefined }),
      'node-5',
    ),
  );
  expect(lines.map((line) => line.replace('a.json: perf_monitoring.hosts', '')).toSorted()).toEqual([
    expect.stringMatching(/^\[0\]\.name: must hold no slash/),
    expect.stringMatching(/^\[0\]\.port: must be a port from 1 to 65535, got 0$/),
    expect.stringMatching(/^\[0\]\.ssh: must be "host" or "user@host"/),
    expect.stringMatching(/^\[1\]\.runtime_script: none\.sh: no such file/),
    expect.stringMatching(/^\[1\]\.sampler: must be true, false/),
    expect.stringMatching(/^\[2\]\.name: "NODE-2" is also the name of another host/),
    expect.stringMatching(/^\[2\]\.port: must be a port/),
    expect.stringMatching(/^\[3\]\.ssh: is missing/),
    expect.stringMatching(/^\[3\]: nothing would watch it/),
    expect.stringMatching(/^\[4\]: must be an object: .*, got "node-5"$/),
  ]);
});

test('where a sampler was meant it is not missing too', async () => {
  expect(await faults(watched(host({ sampler: undefined, smapler: true })))).toEqual([
    'a.json: perf_monitoring.hosts[0].smapler: unknown key; did you mean "sampler"?',
  ]);
});

test('an unknown key of a host is told, and is an error where a known one was meant', async () => {
  expect((await load(watched(host({ comment: 'the fast one' })))).warnings).toEqual([
    'perf_monitoring.hosts[0].comment: unknown key, ignored',
  ]);
  expect(await faults(watched(host({ runtime_scirpt: 'm.sh' })))).toEqual([
    'a.json: perf_monitoring.hosts[0].runtime_scirpt: unknown key; did you mean "runtime_script"?',
  ]);
});

test('a host that nothing would watch is an error', async () => {
  expect(await faults(watched(host({ sampler: false })))).toEqual([
    'a.json: perf_monitoring.hosts[0]: nothing would watch it: set "sampler": true or "runtime_script"',
  ]);
});

test.each([
  [{ runtime_script: [] }, 'runtime_script: must be the path of a script, or null, got []'],
  [{ hosts: [host({ ssh: '' })] }, 'hosts[0].ssh: must be "host" or "user@host"'],
  [{ hosts: [1] }, 'hosts[0]: must be an object: {"name": …, "ssh": "user@host", "sampler": true}, got 1'],
  [{ hosts: [null] }, 'hosts[0]: must be an object: {"name": …, "ssh": "user@host", "sampler": true}, got null'],
])('%j is told once, in our words', async (monitoring, told) => {
  expect(await faults(config({ perf_monitoring: monitoring }))).toEqual([`a.json: perf_monitoring.${told}`]);
});

test.each(['password', 'passphrase', 'Token', 'identity_file', 'IdentityFile', 'private_key', 'ssh_key', 'key'])(
  'under %j nothing is read or repeated, and it is said where a secret belongs',
  async (key) => {
    const { warnings } = await load(watched(host({ [key]: SECRET })));
    expect(warnings).toEqual([
      `perf_monitoring.hosts[0].${key}: unknown key, ignored; no secret belongs in a config: ssh takes its keys from ssh-agent and ~/.ssh/config`,
    ]);
  },
);

test('where a secret belongs depends on what it is for', async () => {
  const kubernetes = { namespace: 'openwhisk', token: SECRET };
  const { warnings } = await load(config({ perf_monitoring: { kubernetes }, api_key: SECRET, comment: 'none' }));
  expect(warnings.toSorted()).toEqual([
    'api_key: unknown key, ignored; no secret belongs in a config: credentials come from the environment, .wskprops or the AWS chain',
    'comment: unknown key, ignored',
    'perf_monitoring.kubernetes.token: unknown key, ignored; no secret belongs in a config: kubectl takes its own from the kubeconfig',
  ]);
});
