import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test as anyTest } from 'vitest';
import {
  eventually,
  descendantsOf,
  leftOn,
  runs,
  type SshHost,
  sshHost,
  SSHD,
  sshUser,
} from '../../support/ssh-hosts.js';
import { SAMPLER, samplesIn } from '../sampling.js';
import { remote, script, watching, type Watching } from './watching.js';

const test = anyTest.skipIf(SSHD === undefined);
/** Goes on for long, with a child of its own, and says which processes those are. */
const LONG_SCRIPT = 'sleep 600 & echo $$ $! >pids.part\nmv pids.part pids.out\nwait\n';

async function watchedHost(): Promise<{ host: SshHost; started: Watching; pids: number[] }> {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(remote(host, { runtimeScript: script(LONG_SCRIPT), samplerIntervalMs: 100 }), {
    samplerPath: SAMPLER,
  });
  await started.watch.begin();
  await eventually(() => samplesIn(started.text('sampler.ndjson')).length).toBeGreaterThan(1);
  return { host, started, pids: await scriptPids(host) };
}

async function scriptPids({ temporary }: SshHost): Promise<number[]> {
  const path = join(temporary, readdirSync(temporary)[0]!, 'out', 'pids.out');
  await eventually(() => existsSync(path)).toBe(true);
  const pids = readFileSync(path, 'utf8').trim().split(' ').map(Number);
  expect(pids.map(runs)).toEqual([true, true]);
  return pids;
}

test('a host whose session dies in the middle is told with its time, its samples until then are kept, and it is left clean', async () => {
  const { host, started, pids } = await watchedHost();
  host.killSessions();
  await eventually(() => leftOn(host)).toEqual([]);
  expect(pids.map(runs)).toEqual([false, false]);
  await started.watch.end(60_000);
  const [own, runtime, sampler] = started.outcomes();
  expect(own).toMatchObject({ role: 'host', status: 'lost', start_ms: expect.any(Number) as number });
  expect(own!.message).toMatch(/^it was lost \d+\.\d s into the run: the connection ended \(ssh: .*closed/);
  expect(runtime).toMatchObject({ status: 'lost', message: 'lost with the connection, and with it what it wrote' });
  expect(sampler!.status).toBe('lost');
  // Its first line is the head of the file, not a sample; every line is whole.
  const samples = samplesIn(started.text('sampler.ndjson'));
  expect(started.text('sampler.ndjson').match(/\n/g)).toHaveLength(samples.length + 1);
  expect(sampler!.message).toContain(`its ${samples.length} samples until then are kept`);
  // Read at the start; the second reading is lost too.
  expect(started.watch.host.clock).toHaveLength(1);
});

test('a host that hears nothing for the length of the lease takes us for gone and cleans up', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(remote(host, { runtimeScript: script(LONG_SCRIPT) }), { limits: { leaseS: 2 } });
  await started.watch.begin();
  const pids = await scriptPids(host);
  // ssh stands still: the connection is there, but nothing comes through it.
  const ssh = descendantsOf(process.pid).filter((pid) => nameOf(pid) === 'ssh');
  expect(ssh).toHaveLength(1);
  process.kill(ssh[0]!, 'SIGSTOP');
  await eventually(() => leftOn(host)).toEqual([]);
  expect(pids.map(runs)).toEqual([false, false]);
  process.kill(ssh[0]!, 'SIGCONT');
  await started.watch.end(0);
  expect(started.outcomes().map(({ status }) => status)).toEqual(['lost', 'lost']);
});

test('a host that is busy for longer than the lease is not given up while we are there', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(remote(host, { runtimeScript: script('sleep 2.5; echo well >done.out\n') }), {
    limits: { leaseS: 1 },
  });
  await started.watch.begin();
  await started.watch.end(60_000);
  expect(started.text('done.out')).toBe('well\n');
});

test('the end of a session leaves no ssh behind', async () => {
  const { started } = await watchedHost();
  await started.watch.end(0);
  expect(descendantsOf(process.pid).filter((pid) => nameOf(pid) === 'ssh')).toEqual([]);
  // A second end waits for nothing and tells nothing twice.
  const told = started.outcomes();
  await started.watch.end(60_000);
  expect(started.outcomes()).toEqual(told);
});

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}
