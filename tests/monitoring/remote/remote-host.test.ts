import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test as anyTest, vi } from 'vitest';
import { packageRoot } from '../../../common/package-root.js';
import { emptyFolder } from '../../support/programs.js';
import { eventually, leftOn, runs, sshHost, SSHD, sshUser } from '../../support/ssh-hosts.js';
import { LEAVE_A_ZOMBIE, PERL } from '../../support/zombies.js';
import { SAMPLER, samplesIn } from '../sampling.js';
import { remote, samplerStandIn, script, watching } from './watching.js';

const test = anyTest.skipIf(SSHD === undefined);

/** What lies in the output folder of a host's only session. */
function outputOf(host: { temporary: string }): string {
  return join(host.temporary, readdirSync(host.temporary)[0]!, 'out');
}

function failedSampler(folder: string): 'to come' | 'runs' | 'ended' {
  const log = join(folder, 'Sampler.sh.log');
  const pid = existsSync(log) ? parseInt(readFileSync(log, 'utf8'), 10) : NaN;
  if (Number.isNaN(pid)) return 'to come';
  return runs(pid) ? 'runs' : 'ended';
}

test('a script runs on the host as it does here, and its files come home', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const text = 'echo "$# $1 $PWD $FAAS_ROOT $FAASLAB_RUN_DIR"\nprintf "a\\0b\\n" >raw.out\n: >empty.out\necho no >&2\n';
  const started = await watching(remote(host, { runtimeScript: script(text) }));
  await started.watch.begin();
  const folder = join(host.temporary, leftOn(host)[0]!);
  await started.watch.end(10_000);
  expect(started.outcomes()).toEqual([
    {
      role: 'host',
      host: 'node-1',
      script: `ssh ${host.ssh}`,
      status: 'ok',
      message: null,
      start_ms: expect.any(Number) as number,
    },
    expect.objectContaining({ role: 'runtime_script', host: 'node-1', status: 'ok', message: null }),
  ]);
  expect(started.watch.notes).toEqual([]);
  expect(started.text('raw.out')).toBe('a\0b\n');
  expect(started.text('empty.out')).toBe('');
  expect(started.text('monitor.sh.log')).toBe(`1 1 ${folder}/out ${folder}/root ${folder}/out\nno\n`);
  expect(leftOn(host)).toEqual([]);
});

test('a script finds the shell scripts of its monitoring folder below FAAS_ROOT', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const root = emptyFolder();
  mkdirSync(join(root, 'monitoring'));
  writeFileSync(
    join(root, 'monitoring', 'All.sh'),
    '"$FAAS_ROOT/monitoring/It\'s Perf.sh" "$1" >perf-mon.out\nls "$FAAS_ROOT"/*\n',
  );
  writeFileSync(join(root, 'monitoring', "It's Perf.sh"), '#!/usr/bin/env bash\necho "counted for $1"\n');
  writeFileSync(join(root, 'monitoring', 'secret.txt'), 'stays here');
  const runtimeScript = { path: join(root, 'monitoring', 'All.sh'), faasRoot: root };
  const started = await watching(remote(host, { runtimeScript }));
  await started.watch.begin();
  await started.watch.end(10_000);
  expect(started.text('perf-mon.out')).toBe('counted for 1\n');
  expect(started.text('All.sh.log').split('\n').slice(0, 2)).toEqual(['All.sh', "It's Perf.sh"]);
});

test('samples are here while the run goes on, and the sampler is ended with it', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(remote(host, { samplerIntervalMs: 100 }), { samplerPath: samplerStandIn() });
  await started.watch.begin();
  await eventually(() => started.text('sampler.ndjson').split('\n').length).toBeGreaterThan(2);
  await started.watch.end(0);
  const lines = started.text('sampler.ndjson').trimEnd().split('\n');
  // 1 s of the test and an hour more, for a test may last longer than its plan.
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
    lines.map((_, n) => ({ n, seconds: 3_601, interval_ms: 100 })),
  );
  expect(started.outcomes().map(({ role, status }) => [role, status])).toEqual([
    ['host', 'ok'],
    ['sampler', 'ok'],
  ]);
  expect(leftOn(host)).toEqual([]);
});

test('the sampler of a host sees the end of the test too', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(remote(host, { samplerIntervalMs: 10_000 }), { samplerPath: SAMPLER });
  await started.watch.begin();
  await eventually(() => samplesIn(started.text('sampler.ndjson')).length).toBe(1);
  const endedMs = Date.now();
  await started.watch.end(0);
  const samples = samplesIn(started.text('sampler.ndjson'));
  // The host's clock is this machine's.
  expect(samples.map(({ epoch_us }) => epoch_us / 1_000 >= endedMs)).toEqual([false, true]);
  expect(started.outcomes()[1]).toMatchObject({ role: 'sampler', status: 'ok' });
});

test('sampler and script watch side by side, and a file of the same name does not replace the samples', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const runtimeScript = script('echo of the script >sampler.ndjson\n');
  const started = await watching(remote(host, { samplerIntervalMs: 100, runtimeScript }), {
    samplerPath: samplerStandIn(),
  });
  await started.watch.begin();
  await eventually(() => started.text('sampler.ndjson')).toMatch(/"n":1/);
  await started.watch.end(10_000);
  expect(started.text('sampler.ndjson')).toMatch(/^\{"n":0/);
  expect(started.text('from-script-sampler.ndjson')).toBe('of the script\n');
});

test('two hosts are watched at once, each in a folder of its own', async () => {
  const user = sshUser();
  const hosts = await Promise.all([sshHost({ user }), sshHost({ user })]);
  for (const host of hosts) user.knows(host);
  const runtimeScript = script('echo "$TMPDIR" >where.out\n');
  const all = await Promise.all(hosts.map((host, n) => watching(remote(host, { name: `node ${n}`, runtimeScript }))));
  await Promise.all(all.map(({ watch }) => watch.begin()));
  await Promise.all(all.map(({ watch }) => watch.end(10_000)));
  expect(all.map(({ watch }) => watch.host.folder)).toEqual(['monitors/node%200', 'monitors/node%201']);
  expect(all.map(({ text }) => text('where.out'))).toEqual(hosts.map(({ temporary }) => `${temporary}\n`));
});

test('a script that fails, and a sampler that does, tell how and where their output is', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(
    remote(host, { samplerIntervalMs: 100, runtimeScript: script('echo monitors: perf: no right; exit 7\n') }),
    {
      samplerPath: samplerStandIn('echo "$$ has no /proc" >&2\nexit 3\n'),
    },
  );
  await started.watch.begin();
  await eventually(() => failedSampler(outputOf(host))).toBe('ended');
  await started.watch.end(10_000);
  expect(started.outcomes().map(({ status, message }) => [status, message])).toEqual([
    ['ok', null],
    ['failed', 'it ended with exit code 7 (perf: no right); its output: monitors/node-1/monitor.sh.log'],
    ['failed', 'it ended with exit code 3; its output: monitors/node-1/Sampler.sh.log'],
  ]);
  expect(started.text('Sampler.sh.log')).toMatch(/^\d+ has no \/proc\n$/);
});

test('a sampler that ends before the run does is told, also where it ends well', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(remote(host, { samplerIntervalMs: 100 }), {
    samplerPath: samplerStandIn('echo \'{"n":0}\'\necho "$$" >&2\n'),
  });
  await started.watch.begin();
  await eventually(() => failedSampler(outputOf(host))).toBe('ended');
  await started.watch.end(0);
  expect(started.outcomes()[1]).toMatchObject({
    status: 'failed',
    message: 'it ended before the run did; its output: monitors/node-1/Sampler.sh.log',
  });
  expect(started.text('sampler.ndjson')).toBe('{"n":0}\n');
});

test('a script that outlives the test is ended with everything that it started, and its files still come home', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const text = 'sleep 600 & echo $! >child.pid\ntrap "" TERM\nwhile :; do sleep 600; done\n';
  const started = await watching(remote(host, { runtimeScript: script(text) }));
  await started.watch.begin();
  await eventually(
    () => existsSync(join(outputOf(host), 'child.pid')) && readFileSync(join(outputOf(host), 'child.pid'), 'utf8'),
  ).toBeTruthy();
  await started.watch.end(0);
  expect(started.outcomes()[1]).toMatchObject({
    status: 'outlived',
    message: expect.stringMatching(/^it was still running/) as string,
  });
  expect(runs(Number(started.text('child.pid')))).toBe(false);
  expect(leftOn(host)).toEqual([]);
});

test('a script that an interruption ends has not outlived the test', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(remote(host, { runtimeScript: script('sleep 600\n') }));
  await started.watch.begin();
  started.stop.abort();
  await started.watch.end(60_000);
  expect(started.outcomes()[1]).toMatchObject({
    status: 'interrupted',
    message: expect.stringMatching(/^it was still running when the run was interrupted and was ended; /) as string,
  });
});

test('a script whose tools run on in the background is not over before they are', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(remote(host, { runtimeScript: script('(sleep 0.4; echo done >tool.out) &\n') }));
  await started.watch.begin();
  await started.watch.end(30_000);
  expect(started.outcomes()[1]).toMatchObject({ status: 'ok' });
  expect(started.text('tool.out')).toBe('done\n');
});

const whereZombies = anyTest.skipIf(SSHD === undefined || PERL === undefined);

whereZombies.each([
  { by: 'its /proc', hasProc: true },
  { by: 'ps', hasProc: false },
])('what ended in a script and nobody waited for does not keep it running, by $by', async ({ hasProc }) => {
  const user = sshUser();
  const host = await sshHost({ user, environment: hasProc ? {} : { FAASLAB_PROC: emptyFolder() } });
  user.knows(host);
  const started = await watching(remote(host, { runtimeScript: script(LEAVE_A_ZOMBIE) }));
  await started.watch.begin();
  await started.watch.end(8_000);
  process.kill(Number(started.text('holder.pid')), 'SIGKILL');
  expect(started.outcomes()[1]).toMatchObject({ role: 'runtime_script', status: 'ok', message: null });
  expect(leftOn(host)).toEqual([]);
});

whereZombies('a script that is ended and leaves a zombie was ended, and has no other rights', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(remote(host, { runtimeScript: script(`${LEAVE_A_ZOMBIE}exec sleep 600\n`) }));
  await started.watch.begin();
  await eventually(() => existsSync(join(outputOf(host), 'holder.pid'))).toBe(true);
  await started.watch.end(0);
  process.kill(Number(started.text('holder.pid')), 'SIGKILL');
  expect(started.outcomes()[1]!.message).toMatch(/^it was still running after the test and was ended; /);
});

test('what is too large, no regular file, or too much in all stays away, and is named', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  // Of 4,000 bytes a file and 6,000 in all: b is too large by itself, d because a and c took 5,000 already.
  const text = [
    'head -c 2500 /dev/zero >a.out; head -c 4001 /dev/zero >b.out; head -c 2500 /dev/zero >c.out; head -c 1001 /dev/zero >d.out',
    'ln -s /etc/passwd link.out; mkfifo pipe.out; mkdir folder.out; echo x >"odd name\n.out"',
  ].join('\n');
  const started = await watching(remote(host, { runtimeScript: script(text) }), {
    limits: { fileBytes: 4_000, allBytes: 6_000 },
  });
  await started.watch.begin();
  await started.watch.end(10_000);
  const folder = join(started.directory, 'monitors', 'node-1');
  expect(readdirSync(folder).toSorted()).toEqual(['a.out', 'c.out', 'monitor.sh.log', 'odd%20name%0A.out']);
  expect(readFileSync(join(folder, 'a.out'))).toEqual(Buffer.alloc(2_500));
  expect(started.watch.notes).toEqual([
    'node-1: these files did not come home and are gone with its folder there: b.out (0.0 MiB), d.out (0.0 MiB), ' +
      'folder.out (a link, a pipe or a folder), link.out (a link, a pipe or a folder), pipe.out (a link, a pipe or a folder)',
  ]);
});

test('of more files than may come home the rest is counted', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(
    remote(host, { runtimeScript: script('for n in 1 2 3 4 5 6 7 8; do echo $n >f$n; done\n') }),
    {
      limits: { files: 3 },
    },
  );
  await started.watch.begin();
  await started.watch.end(10_000);
  // f1 f2 f3 come, f4 f5 f6 are named, f7 f8 and the log counted.
  expect(readdirSync(join(started.directory, 'monitors', 'node-1'))).toEqual(['f1', 'f2', 'f3']);
  expect(started.watch.notes[0]).toMatch(/: f4 \(0.0 MiB\), f5 \(0.0 MiB\), f6 \(0.0 MiB\), 3 more files$/);
});

test('a file of some megabytes comes home byte by byte', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const started = await watching(
    remote(host, { runtimeScript: script('head -c 5000001 /dev/urandom >large.out; sha256sum <large.out >sum.out\n') }),
  );
  await started.watch.begin();
  await started.watch.end(60_000);
  const large = readFileSync(join(started.directory, 'monitors', 'node-1', 'large.out'));
  expect(large).toHaveLength(5_000_001);
  expect(started.text('sum.out')).toBe(`${createHash('sha256').update(large).digest('hex')}  -\n`);
});

test('what the environment tells monitors here it tells them there', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  vi.stubEnv('FAASLAB_MONITORS', "perf 'cgtop'\n$(x)");
  vi.stubEnv('FAASLAB_SECRET', 'stays here');
  const started = await watching(
    remote(host, { runtimeScript: script('printf %s "$FAASLAB_MONITORS" >all.out; env >env.out\n') }),
  );
  await started.watch.begin();
  await started.watch.end(10_000);
  expect(started.text('all.out')).toBe("perf 'cgtop'\n$(x)");
  expect(started.text('env.out')).not.toMatch(/stays here/);
});

test.each([
  [100, 'sampler: the run has one of its own on this host: left out\n'],
  [null, ''],
])(
  'RuntimeMonitoring leaves its sampler out on a host exactly where the run has one there (every %s ms)',
  async (samplerIntervalMs, said) => {
    const user = sshUser();
    const host = await sshHost({ user });
    user.knows(host);
    vi.stubEnv('FAASLAB_MONITORS', 'sampler');
    const path = join(packageRoot, 'monitoring', 'RuntimeMonitoring.sh');
    const started = await watching(
      remote(host, { samplerIntervalMs, runtimeScript: { path, faasRoot: packageRoot } }),
      { samplerPath: samplerStandIn() },
    );
    await started.watch.begin();
    await started.watch.end(30_000);
    expect(started.text('RuntimeMonitoring.sh.log')).toBe(said);
    const files = readdirSync(join(started.directory, 'monitors', 'node-1'));
    expect(files.includes('sampler.start')).toBe(samplerIntervalMs === null);
    expect(files).not.toContain('from-script-sampler.ndjson');
  },
);
