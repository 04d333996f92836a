import { existsSync, mkdtempSync } from 'node:fs';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { compare } from '../../comparative/compare.js';
import { loadCustomPlot } from '../../comparative/load-custom-plot.js';
import type { TableFormat } from '../../comparative/write-tables.js';
import { emptyFolder } from '../support/programs.js';
import { FIRST_START, writeSimulatedArchive } from './archive-fixture.js';

// The same two archives for most plots: nothing here changes them.
const roots = new Map<string, string>();
const made = mkdtempSync(join(tmpdir(), 'faaslab-test-'));
afterAll(() => rm(made, { recursive: true }));

async function archivesWith(perf: Record<string, string>): Promise<string> {
  const key = JSON.stringify(perf);
  const root = roots.get(key) ?? join(made, String(roots.size));
  if (!roots.has(key)) {
    const run = { instances: [{ rows: 50 }], perf };
    await writeSimulatedArchive(root, { test: 'a', ...run });
    await writeSimulatedArchive(root, { test: 'b', startEpochMs: FIRST_START + 60_000, ...run });
    roots.set(key, root);
  }
  return root;
}

const ONE_SAMPLE = { perf: `SELECT 1.0 AS time_ms, 'lab' AS host, 2.0 AS ipc` };

async function drawn(
  plot: string,
  { tables = null, perf = ONE_SAMPLE }: { tables?: TableFormat | null; perf?: Record<string, string> } = {},
) {
  const root = await archivesWith(perf);
  const out = join(emptyFolder(), 'out');
  const { written } = await compare({
    archive: root,
    sinceMs: null,
    gates: [],
    seed: 1,
    customPlotFile: plot,
    out,
    plot: false,
    report: false,
    tables,
  });
  return { out, written };
}

async function moduleWith(text: string, name = 'plot.mjs'): Promise<string> {
  const path = join(emptyFolder(), name);
  await writeFile(path, text);
  return path;
}

test('the example draws its pictures', async () => {
  const { out, written } = await drawn(join(packageRoot, 'comparative', 'examples', 'custom-plotting.mjs'));
  expect(written.fault).toBeNull();
  expect((await readdir(out)).sort()).toEqual([
    'custom-median-latency.png',
    'custom-median-latency.svg',
    'custom-perf-samples.png',
    'custom-perf-samples.svg',
  ]);
  expect(await readFile(join(out, 'custom-median-latency.svg'), 'utf8')).toContain('Latency of each function');
});

test("the example beside FaaSProfiler's own draws its scatter and the dimensions that its comments suggest", async () => {
  const perf = {
    perf: `SELECT unnest([500.0, 1500.0]) AS time_ms, 'lab' AS host, 3000.0 AS instructions, 1000.0 AS "cpu-cycles", 6.0 AS "page-faults"`,
  };
  const { out, written } = await drawn(join(packageRoot, 'comparative', 'examples', 'faasprofiler-plotting.mjs'), {
    perf,
  });
  expect(written.fault).toBeNull();
  expect((await readdir(out)).filter((name) => name.endsWith('.svg')).sort()).toEqual(
    ['ipc', 'page_faults', 'sample_comparative_plot'].map((name) => `custom-${name}.svg`),
  );
  const scatter = await readFile(join(out, 'custom-sample_comparative_plot.svg'), 'utf8');
  // 50 rows of each of two tests, a point each
  expect(scatter.match(/aria-roledescription="point"/g)).toHaveLength(100);
  // 6 faults in 3,000 instructions are 2,000 in a million
  expect(await readFile(join(out, 'custom-page_faults.svg'), 'utf8')).toMatch(/2,?000/);
});

test('a table gives all its rows, or what a select asks for; the function may write files itself', async () => {
  const plot = await moduleWith(`import { writeFile } from 'node:fs/promises';
    export async function ComparativePlotting(tests, perfs, { out, stat }) {
      const rows = await tests.rows();
      const [{ n }] = await perfs.perf.query('SELECT count(*) AS n FROM ' + perfs.perf.name);
      const stats = await stat.rows();
      await writeFile(out + '/mine.json', JSON.stringify([rows.length, rows[0].test, n, stats.length]));
    }`);
  const { out, written } = await drawn(plot);
  expect(written).toMatchObject({ fault: null, pictures: [] });
  // 50 rows of each of two tests; a perf sample each; a stat row for the instance and one for its function, twice
  expect(JSON.parse(await readFile(join(out, 'mine.json'), 'utf8'))).toEqual([100, 'a', 2, 4]);
});

test.each(['', 'return null;', 'return {};', 'return [];'])(
  'a function that only does %j drew nothing, which is told and is no failure',
  async (body) => {
    const plot = await moduleWith(`export function ComparativePlotting() { ${body} }`);
    expect((await drawn(plot)).written).toMatchObject({
      fault: null,
      notice: `${plot}: ComparativePlotting returned no specification and wrote no file into out, so it drew nothing`,
    });
  },
);

test('a select that writes, or is several statements, is refused with its line, and nothing is written', async () => {
  const target = join(emptyFolder(), 'x.csv');
  const refused: [sql: string, as: string][] = [
    [`COPY combined_test TO '${target}'`, 'COPY'],
    [`SELECT 1; COPY combined_test TO '${target}'`, 'COPY'],
    [`EXPLAIN ANALYZE COPY combined_test TO '${target}'`, 'EXPLAIN'],
    [`ATTACH '${target}' AS x`, 'ATTACH'],
    ['INSTALL httpfs', 'LOAD'],
    ['DROP VIEW combined_test', 'DROP'],
    ['SELECT 1; SELECT 2', '2 statements'],
    ['  ', 'empty'],
    ['PIVOT combined_test ON test USING count(*)', 'CREATE (PIVOT takes its values from a list: ON column IN (…))'],
  ];
  const plot = await moduleWith(`import { writeFile } from 'node:fs/promises';
export const ComparativePlotting = async (tests, perfs, { out }) => {
  const said = [];
  for (const [sql] of ${JSON.stringify(refused)}) said.push(await tests.query(sql).catch((error) => error.message));
  await writeFile(out + '/said.json', JSON.stringify(said));
  await tests.query('DROP VIEW combined_test');
};`);
  const { out, written } = await drawn(plot);
  expect(JSON.parse(await readFile(join(out, 'said.json'), 'utf8'))).toEqual(
    refused.map(([, as]) => `one SELECT is expected, which writes nothing; this is ${as}`),
  );
  expect(written.fault).toBe(`${plot}:6: one SELECT is expected, which writes nothing; this is DROP`);
  expect(existsSync(target)).toBe(false);
});

test('a specification that cannot be passed on is told so', async () => {
  const plot = await moduleWith(`export const ComparativePlotting = () => ({ mark: () => 'point' });`);
  expect((await drawn(plot)).written.fault).toMatch(/plot\.mjs: .*could not be cloned/);
});

test('an error in it names its line, and what was written before it stands', async () => {
  const plot = await moduleWith(`export function ComparativePlotting(tests) {
  const rows = undefined;
  return rows.length;
}`);
  const { out, written } = await drawn(plot, { tables: 'parquet' });
  expect(written.fault).toBe(`${plot}:3: Cannot read properties of undefined (reading 'length')`);
  expect((await readdir(join(out, 'tables'))).sort()).toEqual([
    'combined_perf_perf.parquet',
    'combined_stat.parquet',
    'combined_test.parquet',
  ]);
});

test('a specification that cannot be drawn, and a select that cannot be run, are faults too', async () => {
  const bad = await moduleWith(`export const ComparativePlotting = () => ({ mark: 'no such mark' });`);
  expect((await drawn(bad)).written.fault).toMatch(/: the specification of custom cannot be drawn: /);
  const sql = await moduleWith(`export const ComparativePlotting = async (tests) => {
  await tests.query('SELECT nothing FROM nowhere');
};`);
  expect((await drawn(sql)).written.fault).toMatch(/plot\.mjs:2: .*nowhere/);
});

test('one specification that cannot be drawn does not keep the others from being drawn', async () => {
  const plot = await moduleWith(`export const ComparativePlotting = () => ({
    first: { mark: 'no such mark' }, '../../second': { data: { values: [{ x: 1 }] }, mark: 'point' }, third: 7, fourth: null,
  });`);
  const { out, written } = await drawn(plot);
  // a name leaves its folder in no case
  expect((await readdir(out)).sort()).toEqual(['custom-..%2F..%2Fsecond.png', 'custom-..%2F..%2Fsecond.svg']);
  expect(written.fault).toMatch(
    /the specification of custom-first cannot be drawn: .*; .*custom-third is a number, not a Vega-Lite specification; .*custom-fourth is null/,
  );
});

test.each([
  ['7', 'a number'],
  ['"<svg/>"', 'a string'],
  ['() => {}', 'a function'],
])('what returns %s is told so', async (returned, kind) => {
  const plot = await moduleWith(`export const ComparativePlotting = () => (${returned});`);
  expect((await drawn(plot)).written.fault).toBe(
    `${plot}: ComparativePlotting returned ${kind}, not Vega-Lite specifications`,
  );
});

test('a rejection names its line as a throw does, and one that is no error its words', async () => {
  const late = await moduleWith(`export async function ComparativePlotting() {
  await null;
  throw new RangeError('too far');
}`);
  expect((await drawn(late)).written.fault).toBe(`${late}:3: too far`);
  const word = await moduleWith(`export const ComparativePlotting = () => Promise.reject('no');`);
  expect((await drawn(word)).written.fault).toBe(`${word}: no`);
});

test.each([
  ['export const other = 1;', /plot\.mjs: it exports no function ComparativePlotting/],
  ['throw new Error("at the top");', /plot\.mjs:1: it cannot be loaded: at the top/],
  ['\n\nimport "./nowhere.mjs";', /plot\.mjs.*it cannot be loaded: Cannot find module .*nowhere\.mjs/],
  ['\nprocess.exit(0);', /plot\.mjs:2: it cannot be loaded: process\.exit\(0\) was called in it/],
])('a module of %j is refused before anything is done', async (text, reason) => {
  const path = await moduleWith(text);
  await expect(loadCustomPlot(path)).rejects.toThrow(reason);
  await expect(loadCustomPlot(path)).rejects.toMatchObject({ exitCode: 2 });
});

test('a folder and a pickle are refused with what to do', async () => {
  await expect(loadCustomPlot(emptyFolder())).rejects.toThrow(/it is no file; -c takes a module/);
  await expect(loadCustomPlot('old.pkl')).rejects.toThrow(/a pickle is never opened/);
});

test('Python is answered with the equivalent module and a line of pandas, and a missing file with its name', async () => {
  await expect(loadCustomPlot('my/plots.py')).rejects.toThrow(
    /plots\.mjs:\n[^]*export function ComparativePlotting[^]*pd\.read_parquet/,
  );
  await expect(loadCustomPlot('nowhere.mjs')).rejects.toThrow('nowhere.mjs: there is no such file (--customized_plot)');
});

test('the module that the answer to Python shows draws a picture', async () => {
  const advice = await loadCustomPlot('x.py').catch((error: Error) => error.message);
  const shown = /( {2}export function[^]*?\n {2}\})/.exec(String(advice))![1]!;
  const { written } = await drawn(await moduleWith(shown));
  expect(written.fault).toBeNull();
  expect(written.pictures.map((path) => path.split('/').at(-1))).toEqual(['custom.svg', 'custom.png']);
});
