import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compiledModule, packageRoot } from '../../common/package-root.js';
import { readManifest } from '../../records/manifest.js';
import { recoverRun } from '../../records/recover.js';
import { inputsOf } from '../../workload/inputs.js';
import { closedPort, httpServer, recordingServer } from '../support/http-servers.js';
import { bareEnvironment, emptyFolder, startProgram, type Ended } from '../support/programs.js';
import { invocationsOf, readText } from './running.js';

interface Given {
  rate?: number;
  durationS?: number;
  instances?: Record<string, object>;
  [key: string]: unknown;
}

/** A folder with a config in it. */
function folderWithConfig(url: string, { rate = 50, durationS = 0.4, instances, ...config }: Given = {}): string {
  const folder = emptyFolder();
  const one = { application: 'f', distribution: 'Constant', rate, url, data: { n: 1 } };
  const whole = {
    test_name: 'try',
    test_duration_in_seconds: durationS,
    random_seed: 3,
    endpoint: 'generic',
    // The machine of the tests may be busy.
    limits: { lateness_budget_ms: 60_000 },
    instances: instances ?? { one },
    ...config,
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(whole));
  return folder;
}

/** Runs WorkloadInvoker to its end without holding up the server in this process. */
async function invoker(cwd: string, args: string[], shell?: string): Promise<Ended> {
  const program = join(packageRoot, 'WorkloadInvoker');
  const child =
    shell === undefined
      ? spawn(program, args, { cwd, env: bareEnvironment(cwd) })
      : spawn('bash', ['-c', `${shell}; exec "$0" "$@"`, program, ...args], { cwd, env: bareEnvironment(cwd) });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr };
}

test('a run names its log first, prints its summary on stdout, and exits with 0', async () => {
  const { url } = await recordingServer();
  const cwd = folderWithConfig(url);
  mkdirSync(join(cwd, 'logs'));
  mkdirSync(join(cwd, 'synthetic_workload_invoker'));
  const { status, stdout, stderr } = await invoker(cwd, ['-c', 'config.json']);
  expect(stderr.split('\n')[0]).toMatch(/^log: runs\/\d{8}T\d{6}Z_try\/invoker\.log$/);
  expect(stdout).toMatch(/^run \d{8}T\d{6}Z_try · generic · 0\.4 s · seed 3 {4}✓ valid\n/);
  expect(stdout).toMatch(/planned 20 = ok 20 \+ failed 0 \+ dropped 0 \+ lost 0 {4}lateness p50 .* \(budget 60000\)/);
  expect(stdout).toMatch(/^f {10}20 .*too few \(20 < 1,000\)$/m);
  expect(stderr + stdout).not.toContain('\r');
  expect(status).toBe(0);
  const latest = join(cwd, 'runs', 'latest');
  for (const log of [join(latest, 'invoker.log'), join(cwd, 'logs', 'SWI.log')]) {
    const lines = readFileSync(log, 'utf8');
    expect(lines).toMatch(/ - SWI - INFO - Test started\n/);
    expect(lines).toMatch(/ - SWI - INFO - Test ended\n/);
  }
  expect(readText(join(cwd, 'synthetic_workload_invoker'), 'test_metadata.out')).toBe(
    readText(latest, 'test_metadata.out'),
  );
});

test('--json is one document and nothing else', async () => {
  const { url } = await recordingServer();
  const { status, stdout } = await invoker(folderWithConfig(url), ['-c', 'config.json', '--json', '-o', 'elsewhere']);
  const result = JSON.parse(stdout) as Record<string, unknown>;
  expect(result).toMatchObject({
    format: 'faaslab-run-result/1',
    exit_code: 0,
    manifest: { status: 'complete', ledger: { planned: 20, ok: 20 } },
    functions: [{ function: 'f', n: 20, failed: 0 }],
  });
  expect(result['directory']).toMatch(/elsewhere/);
  expect(status).toBe(0);
});

test('a dry run prints the plan, writes it where asked, and fires nothing', async () => {
  const { url, arrivals } = await recordingServer();
  const cwd = folderWithConfig(url, { rate: 10, durationS: 0.5 });
  const { status, stdout } = await invoker(cwd, ['-c', 'config.json', '--dry-run', '--json', '--plan-out', 'plan.csv']);
  const plan = JSON.parse(stdout) as { sha256: string };
  expect(plan).toMatchObject({ planned: 5, seed: 3, instances: [{ name: 'one', function: 'f', planned: 5 }] });
  const lines = readText(cwd, 'plan.csv').trim().split('\n');
  expect(lines[0]).toBe('seq,instance,planned_ms');
  expect(lines.slice(1)).toHaveLength(5);
  expect(lines[1]).toMatch(/^0,one,\d+\.\d{3}$/);
  expect([status, arrivals.length, existsSync(join(cwd, 'runs'))]).toEqual([0, 0, false]);
  const text = (await invoker(cwd, ['-c', 'config.json', '--dry-run'])).stdout;
  expect(text).toContain(`sha256 ${plan.sha256}`);
});

test.each([
  ['config.json', 2, 'the workload itself is read from there'],
  ['./link.json', 2, 'the workload itself is read from there'],
  ['/dev/null', 2, 'it is no regular file'],
  ['pipe', 2, 'it is no regular file'],
  ['.', 2, 'it is no regular file'],
  ['gone/plan.csv', 1, 'cannot be written: '],
])('--plan-out %s is refused by its name, and what is there stays', async (target, code, message) => {
  const cwd = folderWithConfig('http://127.0.0.1:1');
  const config = readText(cwd, 'config.json');
  symlinkSync('config.json', join(cwd, 'link.json'));
  spawnSync('mkfifo', [join(cwd, 'pipe')]);
  const { status, stdout, stderr } = await invoker(cwd, ['-c', 'config.json', '--dry-run', '--plan-out', target]);
  expect([status, stdout]).toEqual([code, '']);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(`--plan-out ${target}`);
  expect(stderr).toContain(message);
  expect(readText(cwd, 'config.json')).toBe(config);
  expect(readdirSync(cwd).toSorted()).toEqual(['config.json', 'link.json', 'pipe']);
});

test('a replay has the same plan with a drawn seed too, and is refused when the config changed', async () => {
  const { url } = await recordingServer();
  const random = { application: 'f', distribution: 'Poisson', rate: 60, url };
  const cwd = folderWithConfig(url, { random_seed: null, instances: { random } });
  await invoker(cwd, ['-c', 'config.json']);
  const first = await readManifest(join(cwd, 'runs', 'latest'));
  const again = await invoker(cwd, ['--replay', join('runs', first.run_id)]);
  expect(again.status).toBe(0);
  const second = await readManifest(join(cwd, 'runs', 'latest'));
  expect(second.run_id).not.toBe(first.run_id);
  expect([second.plan_sha256, second.seed]).toEqual([first.plan_sha256, first.seed]);
  writeFileSync(join(cwd, 'config.json'), `${readText(cwd, 'config.json')}\n`);
  const changed = await invoker(cwd, ['--replay', join('runs', first.run_id)]);
  expect(changed.status).toBe(2);
  expect(changed.stderr).toMatch(/config\.json is not what it was in run .*restore it to repeat that run\n$/);
});

test('each invocation sends its own parameters, a replay the same ones, and is refused when the list changed', async () => {
  const { url, arrivals } = await recordingServer();
  // A number that JavaScript would round, to see that the text is sent as it stands.
  const texts = Array.from({ length: 7 }, (_, i) => `{"id": 9007199254740993${i}}`);
  const even = (path: string, params: object) => ({
    distribution: 'Constant',
    rate: 50,
    url: `${url}/${path}`,
    params,
  });
  const instances = {
    turns: even('turns', { file: 'list.ndjson' }),
    drawn: even('drawn', { file: 'list.ndjson', order: 'random' }),
  };
  const cwd = folderWithConfig(url, { random_seed: null, instances });
  writeFileSync(join(cwd, 'list.ndjson'), texts.join('\n'));
  const sentTo = async (args: string[]): Promise<Record<string, string[]>> => {
    expect((await invoker(cwd, args)).status).toBe(0);
    const sent = arrivals.splice(0);
    const bodies = (path: string) => sent.filter(({ url }) => url === path).map(({ body }) => body);
    return { turns: bodies('/turns').sort(), drawn: bodies('/drawn').sort() };
  };
  const sent = await sentTo(['-c', 'config.json']);
  const { run_id, seed } = await readManifest(join(cwd, 'runs', 'latest'));
  // 20 rows each in 0.4 s. Sorted, for a busy machine may serve two of them in another order.
  const inputs = inputsOf(
    {
      name: 'drawn',
      arrivals: { process: 'Constant', ratePerS: 50 },
      windowS: null,
      payload: { kind: 'list', jsons: texts, order: 'random' },
    },
    seed,
    () => 0,
  );
  expect(sent).toEqual({
    turns: Array.from({ length: 20 }, (_, k) => texts[k % 7]).sort(),
    drawn: Array.from({ length: 20 }, () => texts[inputs()]).sort(),
  });
  expect(await sentTo(['--replay', join('runs', run_id)])).toEqual(sent);
  writeFileSync(join(cwd, 'list.ndjson'), texts.slice(1).join('\n'));
  const changed = await invoker(cwd, ['--replay', join('runs', run_id)]);
  expect(changed.status).toBe(2);
  expect(changed.stderr).toMatch(/list\.ndjson is not what it was in run .*restore it to repeat that run\n$/);
});

test('a replay of a trace has its plan byte for byte, sends the same durations, and is refused when the trace changed', async () => {
  const { url, arrivals } = await recordingServer();
  const web = { distribution: 'Trace', url, trace: { format: 'csv', file: 'trace.csv', rate_scale: 0.5 } };
  const cwd = folderWithConfig(url, { random_seed: null, instances: { web } });
  const rows = Array.from({ length: 60 }, (_, i) => `f${i % 3},${i / 100},${i + 0.5}\n`);
  writeFileSync(join(cwd, 'trace.csv'), `function,start_s,duration_ms\n${rows.join('')}`);
  expect((await invoker(cwd, ['-c', 'config.json', '--plan-out', 'first.csv'])).status).toBe(0);
  const sent = arrivals.splice(0).map(({ body }) => body);
  const { run_id } = await readManifest(join(cwd, 'runs', 'latest'));
  expect((await invoker(cwd, ['--replay', join('runs', run_id), '--plan-out', 'again.csv'])).status).toBe(0);
  expect(readText(cwd, 'again.csv')).toBe(readText(cwd, 'first.csv'));
  // Of the 40 rows within the test about half are kept; each told a duration that no other has.
  expect(new Set(sent).size).toBe(sent.length);
  expect(sent.length).toBe(readText(cwd, 'first.csv').trim().split('\n').length - 1);
  expect(arrivals.map(({ body }) => body).sort()).toEqual(sent.sort());
  writeFileSync(join(cwd, 'trace.csv'), `${readText(cwd, 'trace.csv')}f0,0.9,1\n`);
  const changed = await invoker(cwd, ['--replay', join('runs', run_id)]);
  expect(changed.status).toBe(2);
  expect(changed.stderr).toMatch(/trace\.csv is not what it was in run .*restore it to repeat that run\n$/);
});

test.each([
  [[], 'name a workload config with -c FILE, or a run to repeat with --replay RUN_DIR'],
  [['-c', 'config.json', '--replay', 'x'], 'name a workload config with -c FILE, or a run to repeat'],
  [['-c', 'config.json', '--nonsense'], 'Unknown argument: nonsense'],
  [['-c', 'a', '-c', 'b'], '--config may be given once only'],
  [['-c', 'gone.json'], 'gone.json: no such file'],
])('flags %j are a usage error in one line', async (args, message) => {
  const cwd = folderWithConfig('http://127.0.0.1:1');
  const { status, stdout, stderr } = await invoker(cwd, args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(message);
  expect(readdirSync(cwd)).toEqual(['config.json']);
});

test('--help shows every flag and loads nothing heavy', async () => {
  const { status, stdout, stderr } = await invoker(emptyFolder(), ['--help']);
  expect([status, stderr]).toEqual([0, '']);
  for (const flag of [
    '--config',
    '--out',
    '--dry-run',
    '--plan-out',
    '--embedded',
    '--replay',
    '--insecure',
    '--json',
  ]) {
    expect(stdout).toContain(flag);
  }
  const listed = spawnSync(process.execPath, ['--input-type=module', '-e', LISTING], { encoding: 'utf8' });
  const loaded = listed.stderr.trim().split('\n');
  expect(loaded.some((module) => module.endsWith('dist/invoker/command.js'))).toBe(true);
  expect(loaded.filter((module) => module.includes('node_modules'))).toEqual([]);
});

/** Prints on stderr each module that `--help` loads. */
const LISTING = `
import { register } from 'node:module';
const hook = "import { writeSync } from 'node:fs'; export async function load(url, context, next) { writeSync(2, url + '\\\\n'); return next(url, context); }";
register('data:text/javascript,' + encodeURIComponent(hook));
const { invokerCommand } = await import(${JSON.stringify(compiledModule('invoker/command.js').href)});
await invokerCommand(['--help'], { name: 'x' });
`;

test('an endpoint where nobody listens is one line and exit code 1, and leaves no run', async () => {
  const cwd = folderWithConfig(await closedPort());
  const { status, stderr } = await invoker(cwd, ['-c', 'config.json']);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^WorkloadInvoker: http:\/\/127\.0\.0\.1:\d+ cannot be reached: nothing listens there\n$/);
  expect(readdirSync(join(cwd, 'runs'))).toEqual([]);
});

test('SIGINT ends a run in order: what was in flight has its answer, exit code 130', async () => {
  const { arrivals, url } = await recordingServer((response) => void setTimeout(() => response.end(), 200));
  const cwd = folderWithConfig(url, { durationS: 600 });
  const child = startProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd });
  await expect.poll(() => arrivals.length, { timeout: 20_000 }).toBeGreaterThan(20);
  child.kill('SIGINT');
  const [status] = (await once(child, 'exit')) as [number];
  expect(status).toBe(130);
  const run = join(cwd, 'runs', 'latest');
  const manifest = await readManifest(run);
  const { planned, ok, lost, unreached } = manifest.ledger;
  expect(manifest.status).toBe('interrupted');
  expect([planned, ok + unreached, lost]).toEqual([30_000, 30_000, 0]);
  expect(ok).toBe(arrivals.length);
  expect(await invocationsOf(run)).toHaveLength(ok);
});

test('a second SIGINT does not wait for answers that never come', async () => {
  let requests = 0;
  const url = await httpServer(() => void (requests += 1));
  const cwd = folderWithConfig(url, { durationS: 600 });
  const child = startProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd });
  await expect.poll(() => requests, { timeout: 20_000 }).toBeGreaterThan(10);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.kill('SIGINT');
  await expect.poll(() => stderr, { timeout: 20_000 }).toContain('once more to stop at once');
  child.kill('SIGINT');
  const [status] = (await once(child, 'exit')) as [number];
  expect(status).toBe(130);
  const { ledger } = await readManifest(join(cwd, 'runs', 'latest'));
  expect(ledger.lost).toBeGreaterThanOrEqual(requests);
  expect(ledger.lost + ledger.unreached).toBe(30_000);
});

test('a run killed in the middle is recovered with a ledger that equals the plan', async () => {
  const { arrivals, url } = await recordingServer((response) => void setTimeout(() => response.end(), 100));
  const cwd = folderWithConfig(url, { durationS: 600, perf_monitoring: { sampler: true, runtime_script: 'm.sh' } });
  writeFileSync(join(cwd, 'm.sh'), 'sleep 600\n');
  const child = startProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd });
  await expect.poll(() => arrivals.length, { timeout: 20_000 }).toBeGreaterThan(60);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const run = join(cwd, 'runs', 'latest');
  const running = await readManifest(run);
  expect(running.status).toBe('running');
  expect(running.monitors.map(({ role, status, message }) => [role, status, message])).toEqual([
    ['sampler', 'running', null],
    ['runtime_script', 'running', null],
  ]);
  const { status, ledger, verdict, monitors } = await recoverRun(run);
  const message = 'it ended with the invoker, which was killed; what it wrote until then is kept';
  expect(monitors).toEqual(running.monitors.map((one) => ({ ...one, status: 'lost', message })));
  expect(status).toBe('interrupted');
  expect(verdict!.valid).toBe(false);
  expect(ledger.ok).toBeGreaterThan(0);
  expect(ledger.ok + ledger.failed + ledger.lost + ledger.unreached).toBe(30_000);
  // Whatever reached the server was reached in the records: the rest of the last beat may be counted as lost too.
  expect(ledger.ok + ledger.lost).toBeGreaterThanOrEqual(arrivals.length);
  expect(await invocationsOf(run)).toHaveLength(ledger.ok + ledger.lost);
});

test('a disk that takes no more ends the run with one line, and what was written is an interrupted run', async () => {
  const { url } = await recordingServer();
  const cwd = folderWithConfig(url, { rate: 2_000, durationS: 600 });
  // Files of at most 64 KiB: some 700 lines of the journal.
  const { status, stderr, stdout } = await invoker(cwd, ['-c', 'config.json'], 'ulimit -f 64');
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr.trim().split('\n').at(-1)).toMatch(
    /^WorkloadInvoker: .*(invocations\.csv|responses\.ndjson) cannot be written: the file would be larger than is allowed/,
  );
  const { ledger } = await recoverRun(join(cwd, 'runs', 'latest'));
  expect(ledger.ok).toBeGreaterThan(100);
  expect(ledger.ok + ledger.lost + ledger.unreached).toBe(1_200_000);
});

test('no secret of the environment or of a URL reaches any file or output', async () => {
  const { url, arrivals } = await recordingServer();
  const target = `${url}/x?token=topsecret1`;
  const one = {
    application: 'f',
    distribution: 'Constant',
    rate: 50,
    url: target,
    headers: { 'x-api-key': '${MY_KEY}' },
  };
  const cwd = folderWithConfig(url, { instances: { one } });
  const { stdout, stderr, status } = await invoker(
    cwd,
    ['-c', 'config.json', '--json', '-v'],
    'export MY_KEY=topsecret2',
  );
  expect(status).toBe(0);
  expect(arrivals[0]).toMatchObject({ url: '/x?token=topsecret1', headers: { 'x-api-key': 'topsecret2' } });
  const run = join(cwd, 'runs', 'latest');
  const written = readdirSync(run).map((name) => readFileSync(join(run, name), 'latin1'));
  expect([stdout, stderr, ...written].filter((text) => text.includes('topsecret'))).toEqual([]);
});

test('a machine without sockets makes a run invalid: its rows never left', async () => {
  const url = await httpServer(() => undefined);
  const folder = folderWithConfig(url, {
    rate: 400,
    durationS: 0.5,
    limits: { lateness_budget_ms: 60_000, timeout_ms: 700 },
  });
  // Enough files for the program itself, and for some of the 200 connections.
  const { status, stdout } = await invoker(folder, ['-c', 'config.json'], 'ulimit -n 120');
  expect(stdout).toMatch(/no_socket \d+/);
  expect(stdout).toContain('invocations never left, since this machine had no socket left for them');
  expect(status).toBe(3);
});

test('https where nobody speaks TLS is told before the test, for one that answers otherwise and with -i too', async () => {
  const plain = await httpServer((_, response) => void response.end());
  const folder = folderWithConfig(plain.replace('http:', 'https:'));
  for (const flags of [[], ['-i']]) {
    const { status, stderr } = await invoker(folder, ['-c', 'config.json', ...flags]);
    expect(stderr).toContain('cannot be reached: the TLS handshake failed');
    expect(status).toBe(1);
  }
  expect(existsSync(join(folder, 'runs', 'latest'))).toBe(false);
});

test.skipIf(process.platform === 'win32')(
  'a hang-up does not end a run whose output goes elsewhere, as under nohup',
  async () => {
    const { url, arrivals } = await recordingServer();
    const folder = folderWithConfig(url, { rate: 50, durationS: 1 });
    const child = spawn(join(packageRoot, 'WorkloadInvoker'), ['-c', 'config.json'], {
      cwd: folder,
      env: bareEnvironment(folder),
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await expect.poll(() => arrivals.length, { timeout: 20_000 }).toBeGreaterThan(5);
    child.kill('SIGHUP');
    const [status] = (await once(child, 'close')) as [number | null];
    expect(status).toBe(0);
    expect((await readManifest(join(folder, 'runs', 'latest'))).ledger).toMatchObject({ planned: 50, ok: 50 });
  },
);

test('a post script that lasts is told with its limit, and SIGINT ends it and the wait but not the complete run', async () => {
  const { url } = await recordingServer();
  const cwd = folderWithConfig(url, { durationS: 0.2, perf_monitoring: { post_script: 'post.sh' } });
  writeFileSync(join(cwd, 'post.sh'), 'echo begun; sleep 600\n');
  const child = startProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const closed = once(child, 'close');
  await expect
    .poll(() => stderr, { timeout: 30_000 })
    .toMatch(/post_script post\.sh still runs and is waited for, at most 10 min \(Ctrl-C ends it and the wait\)\n/);
  child.kill('SIGINT');
  expect(await closed).toEqual([130, null]);
  expect(stderr).toMatch(/stopping: the run is complete, its post_script is ended\n/);
  const { status, verdict, monitors } = await readManifest(join(cwd, 'runs', 'latest'));
  expect([status, verdict!.valid]).toEqual(['complete', true]);
  expect(monitors).toMatchObject([{ role: 'post_script', status: 'interrupted' }]);
  expect(monitors[0]!.message).toMatch(/^it was interrupted and was ended/);
});
