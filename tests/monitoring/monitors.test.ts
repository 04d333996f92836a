import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test as anyTest } from 'vitest';
import { monotonicMs } from '../../common/clock.js';
import { startMonitors } from '../../monitoring/monitors.js';
import { closedPort } from '../support/http-servers.js';
import { delayingProxy } from '../support/delaying-proxy.js';
import { emptyFolder } from '../support/programs.js';
import { sshHost, SSHD, sshUser } from '../support/ssh-hosts.js';
import { UNMONITORED } from '../support/workloads.js';
import { remote, script } from './remote/watching.js';

const test = anyTest.skipIf(SSHD === undefined);

test('no script begins, here or on a host, before the slowest host was reached, and one that is not there holds nobody up', async () => {
  const user = sshUser();
  const [near, far] = await Promise.all([sshHost({ user }), sshHost({ user })]);
  const farPort = await delayingProxy(far.port, 50);
  for (const host of [near, { ...far, port: farPort }]) user.knows(host);
  const runtimeScript = script('date +%s%N >began.out\n');
  const place = { runDirectory: emptyFolder(), durationS: 1, stop: new AbortController().signal };
  const monitors = await startMonitors(
    {
      ...UNMONITORED,
      runtimeScript,
      hosts: [
        remote(near, { name: 'near', runtimeScript }),
        remote({ ...far, port: farPort }, { name: 'far', runtimeScript }),
        remote(
          { ssh: 'user@127.0.0.1', port: Number(new URL(await closedPort()).port) },
          { name: 'none', runtimeScript },
        ),
      ],
    },
    place,
  );
  const zero = { monotonicMs: monotonicMs(), epochMs: Date.now() };
  // Were the invoker killed now, its manifest would name all that runs.
  expect(monitors.recorded(zero).monitors.map(({ role, host, status }) => [role, host, status])).toEqual([
    ['runtime_script', hostname(), 'running'],
    ['host', 'near', 'running'],
    ['runtime_script', 'near', 'running'],
    ['host', 'far', 'running'],
    ['runtime_script', 'far', 'running'],
    ['host', 'none', 'unreachable'],
  ]);
  await monitors.endRuntime(10_000);

  const { monitors: outcomes, monitored_hosts: hosts } = monitors.recorded(zero);
  const startOf = (role: string, name: string): number =>
    outcomes.find((one) => one.role === role && one.host === name)!.start_ms!;
  // `host` starts when it was reached.
  const reachedMs = Math.max(startOf('host', 'near'), startOf('host', 'far'));
  for (const name of [hostname(), 'near', 'far']) {
    expect(startOf('runtime_script', name)).toBeGreaterThanOrEqual(reachedMs);
    expect(existsSync(join(place.runDirectory, 'monitors', name, 'began.out'))).toBe(true);
  }
  expect(hosts.map(({ name, ssh, clock }) => [name, ssh, clock.length])).toEqual([
    [hostname(), null, 2],
    ['near', near.ssh, 2],
    ['far', far.ssh, 2],
    ['none', 'user@127.0.0.1', 0],
  ]);
  expect(monitors.notes()).toEqual([]);
  // What a script stamps there lies, by the clock of its host, after the moment at which it was asked for.
  const stamp = Number(readFileSync(join(place.runDirectory, 'monitors', 'far', 'began.out'), 'utf8')) / 1e6;
  const { offset_ms: offset, uncertainty_ms: uncertainty } = hosts[2]!.clock[0]!;
  const stampMs = stamp - offset - zero.epochMs;
  expect(stampMs).toBeGreaterThanOrEqual(reachedMs - uncertainty);
  expect(stampMs).toBeLessThanOrEqual(hosts[2]!.clock[1]!.at_ms + uncertainty);
});
