import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ConfigError } from '../../../common/errors.js';
import type { WskDescriptor } from '../../../platforms/wsk/port.js';
import { connectPlatform } from '../../../platforms/registry.js';
import type { InstanceSpec, Workload } from '../../../workload/model.js';
import { FAKE_WSK_FOLDER } from '../../support/fake-wsk.js';
import { accessTo, openWhiskDouble } from '../../support/openwhisk-double.js';
import { emptyFolder } from '../../support/programs.js';
import { planSummaryOf, workloadOf } from '../../support/workloads.js';

const PLAN = planSummaryOf(1);

function environment(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** A PATH on which this `wsk` comes first. */
function withWsk(folder: string): void {
  environment({ PATH: `${folder}${delimiter}${process.env['PATH']}` });
}

function connect(
  apiHost: string,
  instances: Partial<InstanceSpec>[],
  given: Partial<Workload> = {},
  access = accessTo(apiHost),
) {
  const workload = workloadOf(instances, { endpoint: { kind: 'wsk', maxProcesses: 7 }, ...given });
  return connectPlatform(workload, { access: { openwhisk: access }, insecure: false });
}

test('what fires knows the program, its place and key, and each call; the manifest knows no key', async () => {
  withWsk(FAKE_WSK_FOLDER);
  environment({ WSK_CLI_DEBUG: '1' });
  const url = await openWhiskDouble({ hello: {}, 'pkg/other': {} });
  const platform = await connect(url, [{ application: 'hello' }, { application: 'pkg/other' }]);
  expect(await platform.preflight(PLAN)).toEqual([]);
  expect(platform.endpoint).toEqual({ kind: 'wsk', url, namespace: 'guest', wsk_version: 'fixture-1' });
  const { wsk, env, insecure, maxProcesses, calls } = platform.firing().descriptor as WskDescriptor;
  expect({ wsk, insecure, maxProcesses }).toEqual({
    wsk: join(FAKE_WSK_FOLDER, 'wsk'),
    insecure: false,
    maxProcesses: 7,
  });
  expect(env).toMatchObject({ WHISK_APIHOST: url, WHISK_AUTH: 'uuid:key', WHISK_APIVERSION: 'v1' });
  // With it wsk would print its key.
  expect(env).not.toHaveProperty('WSK_CLI_DEBUG');
  expect(calls.map(({ action, blocking }) => [action, blocking])).toEqual([
    ['hello', true],
    ['pkg/other', true],
  ]);
});

test('a namespace that is not the key’s own stands in the name, since wsk reads none from its environment', async () => {
  withWsk(FAKE_WSK_FOLDER);
  const platform = await connect(
    'http://127.0.0.1:1',
    [{ application: 'hello' }, { application: 'pkg/hello' }, { application: '/mine/hello' }],
    { blocking: false },
    { ...accessTo('http://127.0.0.1:1'), namespace: 'team' },
  );
  const { calls } = platform.firing().descriptor as WskDescriptor;
  expect(calls.map(({ action }) => action)).toEqual(['/team/hello', '/team/pkg/hello', '/mine/hello']);
  expect(calls.map(({ blocking }) => blocking)).toEqual([false, false, false]);
});

test('preflight is that of OpenWhisk: unknown functions, and a body as wsk would send it above the limit', async () => {
  withWsk(FAKE_WSK_FOLDER);
  const url = await openWhiskDouble({ function1: {} });
  await expect((await connect(url, [{ application: 'gone' }])).preflight(PLAN)).rejects.toThrow(
    /"gone" does not exist/,
  );
  // {"a":"…"} has 8 bytes around the x; wsk adds a line feed, and leaves white space out.
  const json = (xs: number): string => `{ "a" : "${'x'.repeat(xs)}" }`;
  const sized = (xs: number) => connect(url, [{ payload: { kind: 'params', json: json(xs) } }]);
  expect(await (await sized(1_048_576 - 9)).preflight(PLAN)).toEqual([]);
  await expect((await sized(1_048_576 - 8)).preflight(PLAN)).rejects.toThrow(/makes a body of 1,048,577 bytes/);
});

test('without wsk on PATH the error says what to do, before anything is asked', async () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'wsk'));
  environment({ PATH: folder });
  const connecting = connect('http://127.0.0.1:1', [{}]);
  await expect(connecting).rejects.toBeInstanceOf(ConfigError);
  await expect(connecting).rejects.toThrow(
    /^endpoint "wsk" needs the wsk CLI, and it is not on PATH: install .* or use endpoint "local_openwhisk"/,
  );
});

test('a wsk that does not run is told from one that does, in its own words', async () => {
  withWsk(FAKE_WSK_FOLDER);
  environment({ FAKE_WSK: 'broken' });
  await expect(connect('http://127.0.0.1:1', [{}])).rejects.toThrow(
    /does not run as the wsk CLI \(wsk property get --cliversion: wsk: cannot execute: required file not found\): install/,
  );
  const folder = emptyFolder();
  writeFileSync(join(folder, 'wsk'), '#!/bin/sh\necho another program of this name\n');
  chmodSync(join(folder, 'wsk'), 0o755);
  withWsk(folder);
  await expect(connect('http://127.0.0.1:1', [{}])).rejects.toThrow(/another program of this name\): install/);
});
