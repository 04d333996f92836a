import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { packageRoot } from '../../common/package-root.js';
import type { Manifest } from '../../records/manifest.js';
import { databaseOf, json, recordingServer } from '../support/couchdb-double.js';
import { makeRun, type FixtureRun } from '../support/run-fixture.js';

let folder: string;
let valid: FixtureRun;
let bare: FixtureRun;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-analyzer-'));
  const options = { rows: 300, dropped: false };
  valid = await makeRun(join(folder, 'made'), { ...options, testName: 'valid' });
  bare = await makeRun(join(folder, 'made'), { ...options, testName: 'bare', pulled: false });
});
afterAll(() => rm(folder, { recursive: true }));

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(folder, 'cwd-'));
});

interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}
function analyzer(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const clean = { PATH: process.env['PATH'], HOME: cwd, WSK_CONFIG_FILE: join(cwd, 'none') };
  return new Promise((ended) => {
    const program = [join(packageRoot, 'WorkloadAnalyzer'), ...args];
    execFile(process.execPath, program, { cwd, env: { ...clean, ...env } }, (error, stdout, stderr) =>
      ended({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
/** A run of this test's own. */
async function copyOf(
  { directory }: FixtureRun,
  change: (manifest: Manifest) => void = () => undefined,
): Promise<string> {
  const copy = join(cwd, 'runs', 'copy');
  await cp(directory, copy, { recursive: true });
  const manifest = JSON.parse(await readFile(join(copy, 'manifest.json'), 'utf8')) as Manifest;
  change(manifest);
  await writeFile(join(copy, 'manifest.json'), JSON.stringify(manifest));
  return copy;
}

test('a valid run: exit 0, its log named first, a summary within 100 columns, and everything asked for written', async () => {
  const run = await copyOf(valid);
  await symlink('copy', join(cwd, 'runs', 'latest'));
  await mkdir(join(cwd, 'logs'));
  await mkdir(join(cwd, 'workload_analyzer'));
  const { exitCode, stdout, stderr } = await analyzer(['-r', '-c', '-a', '-v']);
  expect(stderr).toBe('log: runs/copy/analyzer.log\n');
  expect(exitCode).toBe(0);
  const [first, second] = stdout.split('\n');
  expect(first).toMatch(/^run \S+_valid · local_openwhisk · 30 s · seed 1 +✓ valid$/);
  expect(second).toMatch(/^planned 300 = ok \d+ \+ failed \d+ \+ dropped 0 \+ lost 0 +lateness p50/);
  expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  for (const expected of [
    'records read 300 for 300',
    'results of hello (1 distinct)',
    'rel_stress',
    'Hello 0',
    'archive: data_archive/2026_',
  ]) {
    expect(stdout).toContain(expected);
  }
  expect(JSON.parse(await readFile(join(cwd, 'workload_analyzer', 'capacity_factors.json'), 'utf8'))).toEqual(
    JSON.parse(await readFile(join(run, 'capacity_factors.json'), 'utf8')),
  );
  expect(await readdir(join(cwd, 'data_archive'))).toEqual(['2026_11_21_08_33_20_valid']);
  expect(await readFile(join(cwd, 'logs', 'WA.log'), 'utf8')).toMatch(/ - WA - INFO - \S+_valid analysed/);
});

test('--json is one document and nothing else; -o renames the test in it, not the run', async () => {
  const run = await copyOf(valid);
  const { exitCode, stdout } = await analyzer(['--run', run, '--json', '-r', '-o', 'other']);
  expect(exitCode).toBe(0);
  const analysis = JSON.parse(stdout) as Analysis & { results: { count: number }[] };
  expect(analysis).toMatchObject({ format: 'faaslab-analysis/1', test_name: 'other', run_id: valid.manifest.run_id });
  expect(analysis.manifest.test_name).toBe('valid');
  expect(analysis.results.reduce((sum, { count }) => sum + count, 0)).toBe(300);
  const { results: _, ...written } = analysis;
  expect(JSON.parse(await readFile(join(run, 'analysis.json'), 'utf8'))).toEqual(written);
});

test('an invalid run is said at the top, with the reason, and exits 3; before a threshold that fails', async () => {
  const run = await copyOf(valid, (manifest) => {
    manifest.verdict = { valid: false, reasons: ['p99 of lateness 12 ms is over the budget of 10 ms'] };
    manifest.config['thresholds'] = { 'response_ms.p50': '< 0.001' };
  });
  const { exitCode, stdout } = await analyzer(['--run', run]);
  expect(exitCode).toBe(3);
  expect(stdout.split('\n')[0]).toMatch(/✗ invalid$/);
  expect(stdout.split('\n')[1]).toBe('✗ p99 of lateness 12 ms is over the budget of 10 ms');
});

test('thresholds are judged on the full records: exit 4 where one fails, and what no row can tell is a warning', async () => {
  const thresholds = { 'response_ms.p50': '< 0.001', error_rate: '< 0.5', steady: { 'response_ms.max': '> 0' } };
  const run = await copyOf(valid, ({ config }) => void (config['thresholds'] = thresholds));
  const { exitCode, stdout } = await analyzer(['--run', run]);
  expect(exitCode).toBe(4);
  expect(stdout).toMatch(/✗ threshold response_ms\.p50 < 0\.001 \(overall\): \d/);
  expect(stdout).toMatch(/✓ threshold error_rate < 0\.5 \(overall\): 0/);
  expect(stdout).toMatch(/✓ threshold response_ms\.max > 0 \(steady\): \d/);

  await rm(join(run, 'activations.parquet'));
  const unknown = await copyOf(valid, ({ config }) => void (config['thresholds'] = { 'wait_ms.p99': '< 5' }));
  await rm(join(unknown, 'activations.parquet'));
  const judged = await analyzer(['--run', unknown, '--source', 'records']);
  expect(judged.exitCode).toBe(0);
  expect(judged.stderr).toMatch(/warning: the threshold wait_ms\.p99 < 5 \(overall\) cannot be judged/);
});

test('a run killed in the middle is settled from its journal and reported as interrupted: exit 3', async () => {
  const target = await recordingServer((_request, response) => json(response, 200, { greeting: 'hi' }));
  const config = {
    test_name: 'killed',
    test_duration_in_seconds: 60,
    random_seed: 1,
    endpoint: 'generic',
    instances: { only: { application: 'hi', distribution: 'Uniform', rate: 50, url: target.url } },
  };
  await writeFile(join(cwd, 'config.json'), JSON.stringify(config));
  const env = { PATH: process.env['PATH'], HOME: cwd };
  const invoker = spawn(process.execPath, [join(packageRoot, 'WorkloadInvoker'), '-c', 'config.json'], { cwd, env });
  // the journal is written once a second: killed when it surely holds something
  await vi.waitUntil(async () => (await journalIn(cwd)).split('\n').length > 20, { timeout: 30_000 });
  invoker.kill('SIGKILL');
  await once(invoker, 'exit');
  await target.close();

  const { exitCode, stdout, stderr } = await analyzer([]);
  expect(exitCode).toBe(3);
  const [first, second, third] = stdout.split('\n');
  const ledger = stdout.split('\n').find((line) => line.startsWith('planned'));
  expect(first).toMatch(/✗ interrupted$/);
  expect([second, third]).toEqual(['✗ the run was interrupted', expect.stringMatching(/^✗ the invoker was killed/)]);
  const [, planned, ...counts] = /^planned (\S+) = ok (\S+) .failed (\S+) .dropped (\S+) .lost (\S+) .unreached (\S+)/
    .exec(ledger!.replaceAll('+ ', '+'))!
    .map((count) => Number(count.replaceAll(',', '')));
  expect(planned).toBe(3_000);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3_000);
  expect(stderr).toMatch(/settled from its journal/);
});
async function journalIn(folder: string): Promise<string> {
  return readFile(join(folder, 'runs', 'latest', 'invocations.csv'), 'utf8').catch(() => '');
}

test('a run that is still going is not analysed', async () => {
  const run = await copyOf(valid, (manifest) => {
    Object.assign(manifest, { status: 'running', pid: process.pid });
    manifest.host.hostname = hostname();
  });
  const { exitCode, stderr } = await analyzer(['--run', run]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^WorkloadAnalyzer: \S+: this run is still going \(process \d+\); analyse it when it has ended\n$/,
  );
});

test('what cannot be read ends in one line and exit 1', async () => {
  const oneLine = async (args: string[], message: RegExp): Promise<void> => {
    const { exitCode, stdout, stderr } = await analyzer(args);
    const lines = stderr
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('log: '));
    expect(lines).toEqual([expect.stringMatching(message)]);
    expect([exitCode, stdout]).toEqual([1, '']);
  };
  await oneLine([], /runs\/latest: there is no such run; run WorkloadInvoker first/);
  await mkdir(join(cwd, 'empty'));
  await oneLine(['--run', 'empty'], /manifest\.json: there is none: this is no run directory$/);
  const run = await copyOf(valid);
  await truncate(join(run, 'activations.parquet'), 900);
  await oneLine(['--run', run], /activations\.parquet cannot be read, it may be cut off/);
  await truncate(join(run, 'manifest.json'), 90);
  await oneLine(['--run', run], /manifest\.json is broken: /);
});

test.each([
  [['--wait', 'soon'], /--wait must be a number/],
  [['-o', '../elsewhere'], /--override_testname must hold no slash/],
  [['-o', ''], /--override_testname needs a value/],
  [['--nosuch'], /Unknown argument: nosuch/],
  [['--run', 'a', '--run', 'b'], /--run may be given once only/],
])('wrong usage %o is exit 2', async (args, message) => {
  const { exitCode, stderr } = await analyzer(args);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(message);
});

test('--logs and --source of another platform are refused: exit 2', async () => {
  const run = await copyOf(valid);
  expect(await analyzer(['--run', run, '--logs', 'a.log'])).toMatchObject({ exitCode: 2 });
  expect(await analyzer(['--run', run, '--source', 'cloudwatch'])).toMatchObject({ exitCode: 2 });
});

test("a table of prices of one's own, and the architecture, decide the cost; the summary says by which", async () => {
  const table = JSON.parse(
    await readFile(join(packageRoot, 'configs', 'prices', 'aws-lambda-us-east-1-2026-09-19.json'), 'utf8'),
  ) as Record<string, unknown>;
  const mine = { ...table, name: 'Our cluster', region: 'cellar', currency: 'EUR', price_per_million_requests: 0 };
  await writeFile(join(cwd, 'mine.json'), JSON.stringify(mine));
  const run = ['--run', await copyOf(valid), '--architecture', 'arm64'];
  const shown = await analyzer([...run, '--prices', 'mine.json', '-v']);
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toMatch(/^cost estimate \S+ EUR, a million .* · Our cluster cellar arm64 2026-09-19$/m);
  // a line of the run and one of each of the three functions
  expect(shown.stdout.match(/^cost /gm)).toHaveLength(4);
  expect(shown.stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  const { cost } = JSON.parse((await analyzer([...run, '--prices', 'mine.json', '--json'])).stdout) as Analysis;
  expect(cost).toMatchObject({
    request_cost: 0,
    architecture: 'arm64',
    table: { name: 'Our cluster', currency: 'EUR' },
  });
  const standard = JSON.parse((await analyzer([...run, '--json'])).stdout) as Analysis;
  expect(standard.cost.compute_cost).toBe(cost.compute_cost);
  expect(standard.cost.request_cost).toBeGreaterThan(0);
});

test('a faulty table of prices is exit 2 in one line that names the place, before the run is even looked for', async () => {
  const refused = async (text: string, args: string[] = []) => {
    await writeFile(join(cwd, 'mine.json'), text);
    const { exitCode, stdout, stderr } = await analyzer(['--run', 'nowhere', '--prices', 'mine.json', ...args]);
    expect([exitCode, stdout]).toEqual([2, '']);
    return stderr;
  };
  const table = await readFile(join(packageRoot, 'configs', 'prices', 'aws-lambda-us-east-1-2026-09-19.json'), 'utf8');
  expect(await refused(table.replace('0.2,', '-0.2,'))).toMatch(
    /^WorkloadAnalyzer: mine\.json: price_per_million_requests: must be a price per million requests, a number ≥ 0, got -0\.2\n$/,
  );
  expect(await refused(table.replace('"granularity_ms": 1', '"granularity_ms": 1, "rebate": 1'))).toMatch(
    /^WorkloadAnalyzer: mine\.json: rebate: unknown key; known are .*\n$/,
  );
  expect(await refused('not json')).toMatch(/^WorkloadAnalyzer: mine\.json: line 1, column 1: is not JSON.*\n$/);
  expect(await refused(table.replace('"arm64"', '"x86_64"'), ['--architecture', 'arm64'])).toMatch(/stands twice/);
  const { exitCode, stderr } = await analyzer(['--prices', 'none.json']);
  expect([exitCode, stderr]).toEqual([2, 'WorkloadAnalyzer: none.json: no such file\n']);
  expect(await analyzer(['--architecture', 'riscv'])).toMatchObject({ exitCode: 2 });
});

test('activations are pulled from CouchDB once; later analyses need no platform', async () => {
  const run = await copyOf(bare);
  const documents = bare.activations.map((row) => ({
    _id: `guest/${row.activation_id}`,
    activationId: row.activation_id,
    name: row.function,
    namespace: 'guest',
    start: row.start_ms!,
    end: row.end_ms!,
    duration: row.duration_ms!,
    response: { statusCode: row.status_code, result: JSON.parse(row.result!) as unknown },
    annotations: [
      { key: 'path', value: `guest/${row.function}` },
      { key: 'kind', value: row.kind },
      { key: 'waitTime', value: row.wait_ms },
      ...(row.init_ms === null ? [] : [{ key: 'initTime', value: row.init_ms }]),
      { key: 'limits', value: { memory: 256 } },
    ],
  }));
  const server = await recordingServer(databaseOf(documents));
  const env = { COUCHDB_URL: server.url, COUCHDB_USER: 'reader', COUCHDB_PASSWORD: 'tell-nobody' };
  const pulled = await analyzer(['--run', run, '--json', '--database', 'mine'], env);
  await server.close();
  expect(pulled).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('warning') as string });
  expect(server.requests[0]!.url.pathname).toMatch(/^\/mine\//);

  // what came through the database says the same as the rows from which its documents were made
  const [fromDatabase, expected] = [pulled.stdout, (await analyzer(['--run', valid.directory, '--json'])).stdout].map(
    (text) => JSON.parse(text) as Analysis,
  );
  expect(fromDatabase!.records).toEqual({ source: 'couchdb', read: 300, expected: 300, missing: 0, complete: true });
  expect(fromDatabase!.summary).toEqual(expected!.summary);
  expect(fromDatabase!.functions).toEqual(expected!.functions);

  const later = await analyzer(['--run', run, '--json'], env);
  expect(later.exitCode).toBe(0);
  for (const file of await readdir(run, { recursive: true })) {
    const text = await readFile(join(run, file), 'latin1').catch(() => '');
    expect(text).not.toContain('tell-nobody');
  }
});

test('a platform that is not there, or refuses the key, ends in one line and exit 1, and the run stays as it was', async () => {
  const run = await copyOf(bare);
  const before = (await readdir(run)).sort();
  const server = await recordingServer((_request, response) =>
    json(response, 401, { error: 'unauthorized', reason: 'Name or password is incorrect.' }),
  );
  const env = { COUCHDB_URL: server.url, COUCHDB_USER: 'reader', COUCHDB_PASSWORD: 'tell-nobody' };
  const refused = await analyzer(['--run', run], env);
  await server.close();
  const gone = await analyzer(['--run', run], env);
  for (const { exitCode, stderr } of [refused, gone]) {
    expect(exitCode).toBe(1);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
    expect(stderr).not.toContain('tell-nobody');
  }
  expect(refused.stderr).toMatch(/CouchDB refuses these credentials/);
  expect(gone.stderr).toMatch(/CouchDB cannot be reached/);
  expect((await readdir(run)).sort()).toEqual([...before, 'analyzer.log'].sort());
});

test('records that never come are counted and listed, and that is no failure', async () => {
  const run = await copyOf(bare);
  const server = await recordingServer(databaseOf([]));
  const { exitCode, stdout, stderr } = await analyzer(['--run', run, '--couchdb', server.url, '--wait', '0']);
  await server.close();
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/warning: 300 of 300 activations have no record; missing\.csv lists them/);
  expect(stdout).toMatch(/records read 0 for 300 activations/);
  expect((await readFile(join(run, 'missing.csv'), 'utf8')).trimEnd().split('\n')).toHaveLength(301);
});

test('--source records counts what is missing, and missing.csv lists it as the warning says', async () => {
  const run = await copyOf(bare);
  const { exitCode, stderr } = await analyzer(['--run', run, '--source', 'records']);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('300 of 300 activations have no record; missing.csv lists them');
  const lines = (await readFile(join(run, 'missing.csv'), 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(1 + 300);
  expect(lines[1]).toBe(`0,${bare.invocations[0]!.activation_id}`);
});
