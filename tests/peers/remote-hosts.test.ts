import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test as anyTest } from 'vitest';
import type { Manifest } from '../../records/manifest.js';
import { openTables } from '../../records/tables.js';
import { closedPort, httpServer } from '../support/http-servers.js';
import { emptyFolder, programEnded, startProgram } from '../support/programs.js';
import { descendantsOf, eventually, leftOn, runs, type SshHost, sshHost, SSHD, sshUser } from '../support/ssh-hosts.js';

const test = anyTest.skipIf(SSHD === undefined);

/** Writes what perf would, a block of two counters a second, and says who it is. */
const SCRIPT = `
echo $$ >pid.out
date +%s%N >perf.start
echo interval_ms=1000 >>perf.start
echo '# started on today' >perf-mon.out
for ((n = 1; n <= $1; n++)); do
  sleep 1
  printf '     %d.000100000            1,%03d      instructions\\n' "$n" "$n" >>perf-mon.out
done
`;

interface Setting {
  folder: string;
  host: SshHost;
  env: Record<string, string>;
}

/** A folder with a config that watches a host which is there, and one which is not. */
async function setting(durationS: number): Promise<Setting> {
  const user = sshUser();
  const host = await sshHost({ user });
  user.knows(host);
  const folder = emptyFolder();
  mkdirSync(join(folder, 'monitoring'));
  writeFileSync(join(folder, 'monitoring', 'Mine.sh'), SCRIPT);
  const watched = { sampler: true, runtime_script: 'monitoring/Mine.sh' };
  const config = {
    test_name: 'hosts',
    test_duration_in_seconds: durationS,
    random_seed: 1,
    endpoint: 'generic',
    instances: {
      a: { url: await httpServer((_, response) => void response.end()), distribution: 'Uniform', rate: 20 },
    },
    // A busy machine makes a run late; this is not what is asked here.
    limits: { lateness_budget_ms: 60_000 },
    perf_monitoring: {
      hosts: [
        { name: 'there', ssh: host.ssh, port: host.port, ...watched },
        { name: 'gone', ssh: 'user@127.0.0.1', port: Number(new URL(await closedPort()).port), ...watched },
      ],
    },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return { folder, host, env: { FAASLAB_SSH_CONFIG: user.config } };
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'runs', 'latest', 'manifest.json'), 'utf8')) as Manifest;
}

/** Resolves when the script runs on the host. @returns its process */
async function scriptOn(host: SshHost): Promise<number> {
  const path = (): string => join(host.temporary, leftOn(host)[0] ?? 'none', 'out', 'perf-mon.out');
  await eventually(() => existsSync(path())).toBe(true);
  return Number(readFileSync(join(path(), '..', 'pid.out'), 'utf8'));
}

test('a run watches the hosts of its config: files come home, clocks are in the manifest, and a host that is not there is a warning', async () => {
  const { folder, host, env } = await setting(2);
  const ended = await programEnded('WorkloadInvoker', ['-c', 'config.json'], { cwd: folder, env });
  expect(ended.status).toBe(0);
  const told = /host gone \(ssh user@127\.0\.0\.1\): it could not be reached: nothing listens there/;
  expect(ended.stderr).toMatch(new RegExp(`^warning: ${told.source}`, 'm'));
  expect(ended.stdout).toMatch(new RegExp(`^! ${told.source}`, 'm'));

  const { monitors, monitored_hosts: hosts, warnings, ledger, config } = manifestIn(folder);
  expect(ledger).toMatchObject({ planned: 40, ok: 40 });
  expect(warnings).toEqual([]);
  expect(monitors.map(({ role, host: name, status }) => [role, name, status])).toEqual([
    ['host', 'there', 'ok'],
    ['runtime_script', 'there', 'ok'],
    ['sampler', 'there', 'ok'],
    ['host', 'gone', 'unreachable'],
  ]);
  // All of it began before plan zero.
  for (const { start_ms: startMs } of monitors.slice(0, 3)) expect(startMs).toBeLessThan(0);
  expect(hosts!.map(({ name, folder: place, ssh }) => [name, place, ssh])).toEqual([
    ['there', 'monitors/there', host.ssh],
    ['gone', 'monitors/gone', 'user@127.0.0.1'],
  ]);
  const [there, gone] = hosts!;
  expect(there!.clock).toHaveLength(2);
  expect(there!.clock[0]!.at_ms).toBeLessThan(0);
  expect(there!.clock[1]!.at_ms).toBeGreaterThanOrEqual(2_000);
  // It is the clock of this machine; plan zero is whole milliseconds.
  for (const { offset_ms: offset, uncertainty_ms: uncertainty } of there!.clock) {
    expect(Math.abs(offset)).toBeLessThanOrEqual(uncertainty + 1);
  }
  expect(gone!.clock).toEqual([]);
  expect(JSON.stringify(config)).toContain(`"ssh":"${host.ssh}"`);

  const files = join(folder, 'runs', 'latest', 'monitors', 'there');
  expect(readdirSync(files).toSorted()).toEqual([
    'Mine.sh.log',
    'Sampler.sh.log',
    'perf-mon.out',
    'perf.start',
    'pid.out',
    'sampler.ndjson',
  ]);
  const samples = readFileSync(join(files, 'sampler.ndjson'), 'utf8').trimEnd().split('\n');
  expect(samples.length).toBeGreaterThan(1);
  for (const line of samples) expect(() => JSON.parse(line) as unknown).not.toThrow();
  expect(existsSync(join(folder, 'runs', 'latest', 'monitors', hostname()))).toBe(false);
  expect(leftOn(host)).toEqual([]);
});

test('what came home lies on the axis of the run, by the clock of its host', async () => {
  const { folder, env } = await setting(2);
  expect((await programEnded('WorkloadInvoker', ['-c', 'config.json'], { cwd: folder, env })).status).toBe(0);
  const analyzed = await programEnded('WorkloadAnalyzer', ['--json'], { cwd: folder, env });
  expect(analyzed.status).toBe(0);
  const files = join(folder, 'runs', 'latest', 'monitors', 'there');
  const tables = await openTables();
  try {
    await tables.view('perf', join(files, 'perf.parquet'));
    const rows = await tables.query<{ time_ms: number; instructions: number }>('SELECT * FROM perf ORDER BY time_ms');
    // 1,001 after 1.0001 s of perf's own time and 1,002 after 2.0001 s, which began at what perf.start says by the host's
    // clock. That is this machine's, so that the run's own zero is all there is between; measured within the uncertainty.
    const { monitored_hosts: hosts, start_epoch_ms: zeroMs } = manifestIn(folder);
    const { clock } = hosts![0]!;
    const beganMs = Number(readFileSync(join(files, 'perf.start'), 'utf8').split('\n')[0]) / 1e6 - zeroMs!;
    expect(rows.map(({ instructions }) => instructions)).toEqual([1_001, 1_002]);
    for (const [n, { time_ms: timeMs }] of rows.entries()) {
      const uncertaintyMs = Math.max(...clock.map(({ uncertainty_ms: one }) => one));
      expect(Math.abs(timeMs - (beganMs + 1_000 * (n + 1) + 0.1))).toBeLessThanOrEqual(uncertaintyMs + 1);
    }
    await tables.view('sampler', join(files, 'sampler.parquet'));
    const times = (await tables.query<{ time_ms: number }>('SELECT time_ms FROM sampler ORDER BY time_ms')).map(
      ({ time_ms: timeMs }) => timeMs,
    );
    // It began before plan zero, and was ended before the clock was read for the second time.
    expect(times.length).toBeGreaterThanOrEqual(2);
    expect(times[0]).toBeLessThan(0);
    expect(times.at(-1)).toBeGreaterThan(0);
    expect(times.at(-1)).toBeLessThanOrEqual(clock[1]!.at_ms + clock[1]!.uncertainty_ms);
  } finally {
    tables.close();
  }
});

test('an invoker that is killed leaves nothing on the host, and no ssh here', async () => {
  const { folder, host, env } = await setting(60);
  const invoker = startProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd: folder, env });
  const gone = once(invoker, 'exit');
  const pid = await scriptOn(host);
  const ours = descendantsOf(invoker.pid!);
  expect(ours.length).toBeGreaterThan(0);
  invoker.kill('SIGKILL');
  await gone;
  await eventually(() => leftOn(host)).toEqual([]);
  expect(runs(pid)).toBe(false);
  await eventually(() => ours.filter(runs)).toEqual([]);
});

test('Ctrl-C ends the run with the files of its hosts', async () => {
  const { folder, host, env } = await setting(60);
  const invoker = startProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd: folder, env });
  const gone = once(invoker, 'exit');
  await scriptOn(host);
  await eventually(() => existsSync(join(folder, 'runs', 'latest', 'invocations.csv'))).toBe(true);
  invoker.kill('SIGINT');
  expect(await gone).toEqual([130, null]);
  const { status, monitors } = manifestIn(folder);
  expect(status).toBe('interrupted');
  expect(monitors.map(({ role, status: ended }) => [role, ended]).slice(0, 3)).toEqual([
    ['host', 'ok'],
    ['runtime_script', 'interrupted'],
    ['sampler', 'ok'],
  ]);
  expect(existsSync(join(folder, 'runs', 'latest', 'monitors', 'there', 'perf-mon.out'))).toBe(true);
  expect(leftOn(host)).toEqual([]);
});

test('a host that dies in the middle costs the run nothing but its figures', async () => {
  const { folder, host, env } = await setting(3);
  const running = programEnded('WorkloadInvoker', ['-c', 'config.json'], { cwd: folder, env });
  await scriptOn(host);
  const latest = join(folder, 'runs', 'latest');
  const samples = join(latest, 'monitors', 'there', 'sampler.ndjson');
  const journal = join(latest, 'invocations.csv');
  await eventually(() => existsSync(samples) && readFileSync(samples, 'utf8').includes('\n')).toBe(true);
  await eventually(() => existsSync(journal) && readFileSync(journal, 'utf8').split('\n').length > 3).toBe(true);
  host.killSessions();
  const ended = await running;
  expect(ended.status).toBe(0);
  expect(ended.stdout).toMatch(/^! host there \(ssh .*\): it was lost \d+\.\d s into the run: the connection ended/m);
  expect(ended.stdout).toMatch(/^! sampler on there: lost with the connection; its .* until then (?:are|is) kept/m);
  const { ledger, verdict } = manifestIn(folder);
  expect(ledger).toMatchObject({ planned: 60, ok: 60 });
  expect(verdict).toEqual({ valid: true, reasons: [] });
  expect(readFileSync(samples, 'utf8').endsWith('}\n')).toBe(true);
});
