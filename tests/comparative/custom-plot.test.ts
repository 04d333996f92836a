import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { compare } from '../../comparative/compare.js';
import { loadCustomPlot } from '../../comparative/custom-plot.js';
import { emptyFolder } from '../support/programs.js';
import { FIRST_START, writeSimulatedArchive } from './archive-fixture.js';

async function drawn(plot: string, { plots = false } = {}) {
  const root = emptyFolder();
  const out = join(emptyFolder(), 'out');
  const perf = { perf: `SELECT 1.0 AS time_ms, 'lab' AS host, 2.0 AS ipc` };
  await writeSimulatedArchive(root, { test: 'a', instances: [{ rows: 50 }], perf });
  await writeSimulatedArchive(root, { test: 'b', startEpochMs: FIRST_START + 60_000, instances: [{ rows: 50 }], perf });
  const { written } = await compare({
    archive: root,
    sinceMs: null,
    gates: [],
    seed: 1,
    customPlotFile: plot,
    out,
    plot: plots,
    report: false,
    tables: null,
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

test('an error in it names its line, and the pictures beside it stand', async () => {
  const plot = await moduleWith(`export function ComparativePlotting(tests) {
  const rows = undefined;
  return rows.length;
}`);
  const { out, written } = await drawn(plot, { plots: true });
  expect(written.fault).toBe(`${plot}:3: Cannot read properties of undefined (reading 'length')`);
  expect(await readdir(out)).toContain('percentiles.png');
});

test('a specification that cannot be drawn, and a select that cannot be run, are faults too', async () => {
  const bad = await moduleWith(`export const ComparativePlotting = () => ({ mark: 'no such mark' });`);
  expect((await drawn(bad)).written.fault).toMatch(/: the specification of custom cannot be drawn: /);
  const sql = await moduleWith(`export const ComparativePlotting = async (tests) => {
  await tests.query('SELECT nothing FROM nowhere');
};`);
  expect((await drawn(sql)).written.fault).toMatch(/plot\.mjs:2: .*nowhere/);
});

test.each([
  ['plot.mjs', 'export const other = 1;', /exports no function ComparativePlotting/],
  ['plot.mjs', 'throw new Error("at the top");', /plot\.mjs:1: it cannot be loaded: at the top/],
])('a module %s that cannot serve is refused before anything is done', async (name, text, reason) => {
  const path = await moduleWith(text, name);
  await expect(loadCustomPlot(path)).rejects.toThrow(reason);
  await expect(loadCustomPlot(path)).rejects.toMatchObject({ exitCode: 2 });
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
