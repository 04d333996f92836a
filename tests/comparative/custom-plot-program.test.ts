import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { emptyFolder, runProgram, startProgram } from '../support/programs.js';
import { writeSimulatedArchive } from './archive-fixture.js';

// What only a whole program shows: these plots would end it, or never let it end.
async function plotted(text: string, name = 'plot.mjs', ...more: string[]) {
  const cwd = emptyFolder();
  await writeSimulatedArchive(join(cwd, 'data_archive'), { test: 'a', instances: [{ rows: 60 }] });
  await writeFile(join(cwd, name), text);
  const args = ['-c', name, '--tables', '--out', 'out', ...more];
  const { status, stderr } = runProgram('ComparativeAnalyzer', args, { cwd });
  const files = await readdir(join(cwd, 'out'), { recursive: true }).catch(() => null);
  return {
    status,
    last: stderr.trim().split('\n').at(-1),
    tables: files?.includes(join('tables', 'combined_test.parquet')),
  };
}

const DRAWS = `{ data: { values: [{ x: 1 }] }, mark: 'point' }`;
/** Node strips the types of modules by itself from 22.18 on. */
const STRIPS = Boolean((process.features as { typescript?: unknown }).typescript);

test.each([
  ['a promise that never settles', '\n  return new Promise(() => {});', ': its promise never settles'],
  ['process.exit', '\n  process.exit(0);', ':2: process.exit(0) was called in it; return instead'],
  [
    'an error that nobody awaits',
    '\n  return new Promise(() => setTimeout(() => { throw new Error("late"); }));',
    ':2: late',
  ],
  [
    'a rejection that nobody handles',
    '\n  Promise.reject(new Error("lost"));\n  return new Promise(() => {});',
    ':2: lost',
  ],
])('%s in a plot is told, exits with 1, and the tables beside it stand', async (_, body, fault) => {
  const { status, last, tables } = await plotted(`export function ComparativePlotting() {${body}\n}`);
  expect([status, tables]).toEqual([1, true]);
  expect(last).toContain(`the customized plot failed: plot.mjs${fault}`);
});

test('a loop that never ends is ended after --plot-limit: in the plot with exit code 1 and the tables beside it, in the module with 2', async () => {
  const why = 'it did not end within 1 s and was ended (--plot-limit SECONDS sets another limit)';
  const plot = await plotted('export function ComparativePlotting() { for (;;); }', 'plot.mjs', '--plot-limit', '1');
  expect(plot).toMatchObject({ status: 1, tables: true });
  expect(plot.last).toBe(`warning: the customized plot failed: plot.mjs: ${why}`);
  const top = await plotted('for (;;);', 'plot.mjs', '--plot-limit', '1');
  expect(top).toEqual({ status: 2, tables: undefined, last: `ComparativeAnalyzer: plot.mjs: ${why}` });
  expect((await plotted('', 'plot.mjs', '--plot-limit', '0')).status).toBe(2);
});

test('Ctrl-C ends a loop of a plot too, with exit code 130 and nothing half-written', async () => {
  const cwd = emptyFolder();
  await writeSimulatedArchive(join(cwd, 'data_archive'), { test: 'a', instances: [{ rows: 60 }] });
  await writeFile(
    join(cwd, 'plot.mjs'),
    `import { writeFileSync } from 'node:fs';
    export function ComparativePlotting() { writeFileSync('begun', ''); for (;;); }`,
  );
  const child = startProgram('ComparativeAnalyzer', ['-c', 'plot.mjs', '--tables', '--out', 'out'], { cwd });
  const closed = once(child, 'close');
  await vi.waitUntil(() => existsSync(join(cwd, 'begun')), { timeout: 50_000 });
  child.kill('SIGINT');
  expect((await closed)[0]).toBe(130);
  expect((await readdir(cwd)).sort()).toEqual(['begun', 'data_archive', 'plot.mjs']);
});

test('a module whose top level never settles is refused with exit code 2', async () => {
  const { status, last, tables } = await plotted('await new Promise(() => {});');
  expect([status, tables]).toEqual([2, undefined]);
  expect(last).toBe(
    'ComparativeAnalyzer: plot.mjs: it cannot be loaded: its promise never settles: the program had nothing left to wait for',
  );
});

test('a module that is no JavaScript is refused with its line, a file that is no module with what to write', async () => {
  const syntax = await plotted('\nexport const = 3;');
  expect(syntax).toMatchObject({
    status: 2,
    last: expect.stringMatching(/plot\.mjs:2: it cannot be loaded: Unexpected token '='/),
  });
  const text = await plotted('export {};', 'plot.txt');
  expect(text).toMatchObject({ status: 2, last: expect.stringMatching(/plot\.txt: .*; write it as \.mjs/) });
});

test.runIf(STRIPS)('a TypeScript module draws, and its errors name their lines', async () => {
  const types = `interface Row { test: string }
export async function ComparativePlotting(tests: { rows(): Promise<Row[]> }): Promise<object> {
  const [first] = await tests.rows();`;
  expect(await plotted(`${types}\n  return first!.test === 'a' ? ${DRAWS} : {};\n}`, 'plot.ts')).toMatchObject({
    status: 0,
  });
  const throws = await plotted(`${types}\n  throw new Error(first!.test);\n}`, 'plot.ts');
  expect(throws).toMatchObject({ status: 1, last: expect.stringContaining('plot.ts:4: a') });
  const syntax = await plotted('export const a: number = 1;\nexport const b: string = ;', 'plot.ts');
  expect(syntax).toMatchObject({ status: 2, last: expect.stringMatching(/plot\.ts:2: it cannot be loaded: /) });
  const kind = await plotted('export const a = 1;\nenum Kind { one }', 'plot.ts');
  expect(kind).toMatchObject({ status: 2, last: expect.stringMatching(/plot\.ts:2: .*enum is not supported/) });
});

test.skipIf(STRIPS)(
  'a Node that does not strip types says which one does (where it does, plots in TypeScript are tested instead)',
  async () => {
    const { status, last } = await plotted('export const ComparativePlotting = (): object => ({});', 'plot.ts');
    expect(status).toBe(2);
    expect(last).toMatch(/plot\.ts: Node v\S+ cannot load \.ts files; use Node 22\.18 or newer, or write it as \.mjs/);
  },
);
