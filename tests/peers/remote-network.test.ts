import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test as anyTest } from 'vitest';
import { CAN_MAKE_NAMESPACES, otherNetwork } from '../support/network-namespace.js';
import { descendantsOf, eventually, leftOn, runs, sshHost, SSHD, sshUser } from '../support/ssh-hosts.js';
import { remote, samplerStandIn, script, watching } from '../monitoring/remote/watching.js';

const test = anyTest.skipIf(SSHD === undefined || !CAN_MAKE_NAMESPACES);

/** ssh asks every 5 s, and gives up after three times without an answer. */
const SSH_NOTICES_MS = 120_000;

test(
  'a host in another network is watched, and when the cable is pulled both sides end by themselves',
  { timeout: SSH_NOTICES_MS },
  async () => {
    const user = sshUser();
    const { address, under, unplug } = otherNetwork();
    const host = await sshHost({ user, address, under });
    user.knows(host);
    const started = await watching(
      remote(host, {
        runtimeScript: script('echo $$ >pid.part\nmv pid.part pid.out\nsleep 600\n'),
        samplerIntervalMs: 100,
      }),
      { samplerPath: samplerStandIn(), limits: { leaseS: 3 } },
    );
    expect(started.outcomes()).toEqual([]);
    expect(started.watch.host.clock).toHaveLength(1);
    await started.watch.begin();
    await eventually(() => started.text('sampler.ndjson')).toMatch(/"n":3/);
    const pidFile = join(host.temporary, readdirSync(host.temporary)[0]!, 'out', 'pid.out');
    await eventually(() => existsSync(pidFile)).toBe(true);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    const ssh = descendantsOf(process.pid).filter((one) => readFileSync(`/proc/${one}/comm`, 'utf8') === 'ssh\n');
    expect(ssh).toHaveLength(1);

    unplug();
    // The server there keeps the session for hours; the agent hears nothing for its lease and goes.
    await eventually(() => leftOn(host)).toEqual([]);
    expect(runs(pid)).toBe(false);
    await eventually(() => runs(ssh[0]!)).toBe(false);
    await started.watch.end(60_000);
    const [own, runtime, sampler] = started.outcomes();
    expect(own).toMatchObject({
      status: 'lost',
      message: expect.stringMatching(
        /^it was lost \d+\.\d s into the run: the connection ended \(ssh: Timeout, server .* not responding/,
      ) as string,
    });
    expect([runtime!.status, sampler!.status]).toEqual(['lost', 'lost']);
    const samples = started.text('sampler.ndjson').trimEnd().split('\n');
    expect(samples.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(samples.map((_, n) => n));
  },
);

test(
  'when the cable is pulled while files come home, the run ends all the same, with the files that were whole',
  { timeout: SSH_NOTICES_MS },
  async () => {
    const user = sshUser();
    const { address, under, unplug } = otherNetwork();
    const host = await sshHost({ user, address, under });
    user.knows(host);
    // More than all buffers on the way hold.
    const text = 'echo whole >a.out\nhead -c 200000000 /dev/zero >b.out\n';
    const started = await watching(remote(host, { runtimeScript: script(text) }), {
      limits: { homeMs: 3_000, leaseS: 3 },
    });
    await started.watch.begin();
    const ending = started.watch.end(60_000);
    const folder = join(started.directory, 'monitors', 'node-1');
    await eventually(() => readdirSync(folder).some((name) => name.startsWith('b.out'))).toBe(true);
    unplug();
    await ending;
    expect(readdirSync(folder)).toEqual(['a.out']);
    expect(started.outcomes().map(({ status }) => status)).toEqual(['lost', 'ok']);
    expect(started.outcomes()[0]!.message).toMatch(/of its files only a\.out came home$/);
    await eventually(() => leftOn(host)).toEqual([]);
  },
);
