import { existsSync, mkdtempSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError } from '../../common/errors.js';
import { comparativeCommand } from '../../comparative/command.js';
import { emptyFolder, runProgram } from '../support/programs.js';
import { FIRST_START, writeSimulatedArchive, type SimulatedRun } from './archive-fixture.js';

// These run the built executables, as a user does.
async function labWith(tests: { test: string; medianMs?: number; valid?: boolean }[]): Promise<string> {
  const cwd = emptyFolder();
  for (const [i, { test, medianMs = 20, valid = true }] of tests.entries()) {
    const folder = await archiveOf(JSON.stringify([test, i, medianMs, valid]), {
      test,
      startEpochMs: FIRST_START + i * 60_000,
      instances: [{ rows: 1_200, medianMs }],
      manifest: { verdict: { valid, reasons: valid ? [] : ['p99 of lateness 40 ms, budget 10 ms'] } },
    });
    await cp(folder, join(cwd, 'data_archive', basename(folder)), { recursive: true });
  }
  return cwd;
}

// Most labs are of the same archives: each is made once and copied.
const archives = new Map<string, Promise<string>>();
const made = mkdtempSync(join(tmpdir(), 'faaslab-test-'));
afterAll(() => rm(made, { recursive: true }));

function archiveOf(key: string, run: SimulatedRun): Promise<string> {
  const archive = archives.get(key) ?? writeSimulatedArchive(join(made, String(archives.size)), run);
  archives.set(key, archive);
  return archive;
}

const compareIn = (cwd: string, ...args: string[]) => runProgram('ComparativeAnalyzer', args, { cwd });

test('FaaSProfiler’s habit: -s with epoch milliseconds and -p merges, compares and draws; CA.log is named first', async () => {
  const cwd = await labWith([{ test: 'a' }, { test: 'b', medianMs: 28 }]);
  await mkdir(join(cwd, 'logs'));
  const { status, stdout, stderr } = compareIn(cwd, '-s', String(FIRST_START), '-p');
  expect([status, stderr]).toEqual([0, `log: ${join('logs', 'CA.log')}\n`]);
  expect(stdout).toMatch(/merged 2 runs of 2 tests since 2026-11-21T08:00:00Z/);
  expect(stdout).toMatch(/hello: response p50 \+\d+ % \[\+\d+, \+\d+\], slower/);
  const [folder] = await readdir(join(cwd, 'comparisons'));
  expect(folder).toMatch(/^\d{8}T\d{6}Z$/);
  expect(await readdir(join(cwd, 'comparisons', folder!))).toEqual(
    expect.arrayContaining(['forest.png', 'forest.svg', 'latency-over-time.png']),
  );
  const log = await readFile(join(cwd, 'logs', 'CA.log'), 'utf8');
  expect(log).toMatch(/ - CA - INFO - Test started\n[^]* - CA - INFO - Test ended\n$/);
});

test('the summary fits a terminal of 100 columns but for its sentences', async () => {
  const cwd = await labWith([{ test: 'a' }, { test: 'b', medianMs: 28 }]);
  const { stdout } = compareIn(cwd);
  const lines = stdout.split('\n').filter((line) => !line.startsWith('hello:'));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('nothing since then, and no archive folder: exit 1 with one line that says what there is', async () => {
  const cwd = await labWith([{ test: 'a' }]);
  const late = compareIn(cwd, '-s', '2027-01-01');
  expect(late.status).toBe(1);
  expect(late.stderr.trim().split('\n').at(-1)).toBe(
    'ComparativeAnalyzer: data_archive: no test started at or after 2027-01-01T00:00:00Z; the newest, 2026_11_21_08_00_00_a, started 2026-11-21T08:00:00Z',
  );
  const empty = compareIn(emptyFolder());
  expect([empty.status, empty.stderr]).toEqual([
    1,
    expect.stringMatching(/there is no archive folder here; WorkloadAnalyzer -a makes one\n$/),
  ]);
});

test.runIf(process.platform === 'linux')('a folder that cannot be made is said in one line', async () => {
  const cwd = await labWith([{ test: 'a' }, { test: 'b' }]);
  const { status, stderr } = compareIn(cwd, '-p', '--out', '/proc/nothing/here');
  // the first line is about the log
  expect([status, stderr.split('\n').slice(1)]).toEqual([
    1,
    ['ComparativeAnalyzer: the comparison cannot be written: /proc takes no folders', ''],
  ]);
});

test('--json is one document on stdout and nothing else, broken archives in it with their reason', async () => {
  const cwd = await labWith([{ test: 'a' }, { test: 'b' }]);
  await writeFile(join(cwd, 'data_archive', 'old.pkl'), 'x');
  const { status, stdout, stderr } = compareIn(cwd, '--json');
  expect(status).toBe(0);
  const document = JSON.parse(stdout) as {
    format: string;
    skipped: { name: string }[];
    comparisons: unknown[];
    written: { folder: null };
  };
  expect(document).toMatchObject({
    format: 'faaslab-comparison/1',
    skipped: [{ name: 'old.pkl' }],
    written: { folder: null },
  });
  expect(document.comparisons).toHaveLength(7);
  expect(stderr).toContain('warning: old.pkl is left out: a pickle of FaaSProfiler');
  expect(existsSync(join(cwd, 'comparisons'))).toBe(false);
});

test('a gate: 4 when it is surely exceeded, 0 when it holds, 3 when a run is invalid; JUnit and Markdown say the same', async () => {
  const slower = await labWith([{ test: 'a' }, { test: 'b', medianMs: 28 }]);
  const failed = compareIn(
    slower,
    '--gate',
    'p50 +5%',
    '--gate',
    'error_rate +1pp',
    '--junit',
    'gate.xml',
    '--markdown',
    'gate.md',
  );
  expect(failed.status).toBe(4);
  expect(failed.stdout).toMatch(/✗ hello: p50 \+5%: fail/);
  expect(await readFile(join(slower, 'gate.xml'), 'utf8')).toContain('tests="2" failures="1" errors="0" skipped="0"');
  expect(await readFile(join(slower, 'gate.md'), 'utf8')).toContain('❌ hello');
  expect(compareIn(slower, '--gate', 'p50 +100%').status).toBe(0);
  const invalid = await labWith([{ test: 'a', valid: false }, { test: 'b' }]);
  expect(compareIn(invalid, '--gate', 'p50 +100%').status).toBe(3);
});

test('a customized plot: its error is exit 1 with its line; what cannot be loaded is exit 2 with its line', async () => {
  const cwd = await labWith([{ test: 'a' }, { test: 'b' }]);
  await writeFile(join(cwd, 'bad.mjs'), 'export function ComparativePlotting() {\n  throw new Error("no luck");\n}\n');
  const bad = compareIn(cwd, '-c', 'bad.mjs');
  expect(bad.status).toBe(1);
  expect(bad.stderr).toContain('warning: the customized plot failed: bad.mjs:2: no luck');
  expect(bad.stdout).toContain('merged 2 runs');
  await writeFile(join(cwd, 'broken.mjs'), 'const a = 1;\nexport function ComparativePlotting( {\n');
  const broken = compareIn(cwd, '-c', 'broken.mjs');
  expect([broken.status, broken.stderr]).toEqual([2, expect.stringMatching(/broken\.mjs:\d: it cannot be loaded: /)]);
  const python = compareIn(cwd, '-c', 'plots.py');
  expect([python.status, python.stderr]).toEqual([2, expect.stringContaining('plots.mjs')]);
});

test.each([
  [['-s'], /Not enough arguments following: s/],
  [['-s', 'yesterday'], /expected epoch milliseconds or ISO 8601/],
  [['--sinse', '0'], /Unknown argument: sinse/],
  [['extra'], /"extra" is not a flag/],
  [['-s', '0', '-s', '1'], /--since may be given once only/],
  [['--strict'], /--strict belongs to --gate/],
  [['--junit', 'x.xml'], /--junit reports gates/],
  [['--seed', 'x'], /--seed must be a number/],
  [['--tables', 'excel'], /Invalid values/],
  [['--out', ''], /--out needs a value/],
])('%j is a usage error of one line', async (args, reason) => {
  const error = await comparativeCommand(args, { name: 'ComparativeAnalyzer' }).catch((thrown: Error) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as Error).message).toMatch(reason);
  expect((error as Error).message).not.toContain('\n');
});

test('the tables under FaaSProfiler’s names are CSV with its columns', async () => {
  const cwd = await labWith([{ test: 'json_8ps' }]);
  expect(compareIn(cwd, '--tables', 'faasprofiler', '--out', 'out').status).toBe(0);
  expect((await readdir(join(cwd, 'out', 'tables'))).sort()).toEqual(['combined_stat_df.csv', 'combined_test_df.csv']);
  const [header] = (await readFile(join(cwd, 'out', 'tables', 'combined_test_df.csv'), 'utf8')).split('\n');
  expect(header).toBe(
    'func_name,activationId,start,end,duration,waitTime,initTime,latency,execution,lang,test,distribution,rate',
  );
  const stat = (await readFile(join(cwd, 'out', 'tables', 'combined_stat_df.csv'), 'utf8')).split('\n');
  expect(stat.slice(0, 2)).toEqual([
    'func_name,distribution,rate,throughput,rel_stress,test,Test Category',
    expect.stringMatching(/^hello,Poisson,50\.0,49\.0,.*,json_8ps,json$/),
  ]);
});

test('archives are listed, shown, tagged and removed by name; what lies elsewhere is not touched', async () => {
  const cwd = await labWith([{ test: 'a' }, { test: 'b', valid: false }]);
  const archives = (...args: string[]) => runProgram('faaslab', ['archives', ...args], { cwd });
  expect(
    archives()
      .stdout.split('\n')
      .map((line) => line.split(/\s+/).slice(0, 4)),
  ).toEqual([
    ['started', 'test', 'rows', 'valid'],
    ['2026-11-21T08:00:00Z', 'a', '1,200', '✓'],
    ['2026-11-21T08:01:00Z', 'b', '1,200', '✗'],
    [''],
  ]);
  const [a, b] = ['2026_11_21_08_00_00_a', '2026_11_21_08_01_00_b'];
  expect(JSON.parse(archives('show', a!, '--json').stdout)).toMatchObject({ archive: a, run_id: '20261121T080000Z_a' });
  expect(archives('show', a!).stdout).toMatch(/^archive +2026_11_21_08_00_00_a\n/);
  expect(archives('tag', a!, 'release', '1.0').stdout).toBe(`${a}: tagged release, 1.0\n`);
  expect(JSON.parse(archives('list', '--json').stdout)).toMatchObject([{ tags: ['release', '1.0'] }, { valid: false }]);
  expect(archives('list').stdout).toContain('  release, 1.0  ');
  expect(compareIn(cwd, '--baseline', 'release', '--candidate', 'b').status).toBe(0);

  await mkdir(join(cwd, 'precious'));
  await mkdir(join(cwd, 'data_archive', 'notes'));
  await writeFile(join(cwd, 'data_archive', 'notes', 'mine.txt'), '');
  for (const [name, code, reason] of [
    ['../precious', 2, /a path; archives go by the names/],
    ['.', 2, /a path/],
    [join(cwd, 'precious'), 2, /a path/],
    ['nowhere', 1, /no archive of this name/],
    ['notes', 2, /it holds mine\.txt, which no archive does; remove it by hand; nothing was removed/],
  ] as const) {
    // b stands first: nothing may be removed when a later name is wrong
    const { status, stderr } = archives('remove', b!, name);
    expect([status, stderr]).toEqual([code, expect.stringMatching(reason)]);
  }
  expect((await readdir(join(cwd, 'data_archive'))).sort()).toEqual([a, b, 'notes']);
  expect(archives('remove', b!).stdout).toBe(`removed ${b}\n`);
  expect(await readdir(cwd)).toContain('precious');
  expect((await readdir(join(cwd, 'data_archive'))).sort()).toEqual([a, 'notes']);
});
