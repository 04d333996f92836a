import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileText } from '../../../analyzer/monitors/file-text.js';
import { readMonitor } from '../../../analyzer/monitors/read-monitor.js';
import { perf } from '../../../monitoring/parsers/perf.js';
import { podsFormat } from '../../../monitoring/parsers/pods.js';
import { countUnknown, type MonitorFormat } from '../../../monitoring/parsers/reading.js';
import type { Manifest } from '../../../records/manifest.js';
import { openTables, quoteText, type Tables } from '../../../records/tables.js';
import { emptyFolder } from '../../support/programs.js';

const START = 1_795_250_000_000;
const host = { name: 'host a', folder: 'monitors/host%20a', ssh: null, clock: [] };

/** A tool that prints `<epoch ms> <JSON of the values>`. */
const plain: MonitorFormat = {
  tool: 'plain',
  time: 'epoch',
  tables: { plain: { text: ['label'] } },
  async *read(lines, count) {
    for await (const line of lines) {
      count.lines += 1;
      const found = /^(\d+) (\{.*\})$/.exec(line);
      if (found === null) countUnknown(count, line);
      else yield { table: 'plain', time: Number(found[1]), values: JSON.parse(found[2]!) as Record<string, number> };
    }
  },
};

let directory: string;
let tables: Tables;
let warnings: string[];
beforeEach(async () => {
  directory = emptyFolder();
  await mkdir(join(directory, host.folder), { recursive: true });
  tables = await openTables();
  warnings = [];
});
afterEach(() => tables.close());

async function readText(text: string, { format = plain, monitors = [] as Manifest['monitors'] } = {}) {
  const path = `${host.folder}/plain.out`;
  await writeFile(join(directory, path), text);
  const manifest = { start_epoch_ms: START, monitors } as unknown as Manifest;
  const options = { taken: new Set<string>(), onWarning: (warning: string) => warnings.push(warning) };
  return readMonitor(tables, directory, { host, path, format, start: null }, manifest, options);
}
const rowsOf = (file: string) =>
  tables.query<object>(`SELECT * FROM read_parquet(${quoteText(join(directory, file))})`);

test('readings become a Parquet file on the run’s axis, in the order of time; absent is null', async () => {
  const text = `${START + 1_500} {"a":2,"label":"x"}\nnoise\n${START - 250} {"a":null,"label":null}\n${START + 2_000} {"b":0}\n`;
  const [table, ...others] = await readText(text);
  expect(others).toEqual([]);
  expect(table).toEqual({
    host: 'host a',
    table: 'plain',
    file: 'monitors/host%20a/plain.parquet',
    source: 'monitors/host%20a/plain.out',
    rows: 3,
    columns: ['a', 'label', 'b'],
    from_ms: -250,
    to_ms: 2_000,
    uncertainty_ms: null,
    approximate: true,
    lines: 4,
    unknown_lines: 1,
  });
  expect(await rowsOf(table!.file)).toEqual([
    { time_ms: -250, a: null, label: null, b: null },
    { time_ms: 1_500, a: 2, label: 'x', b: null },
    { time_ms: 2_000, a: null, label: null, b: 0 },
  ]);
  // nothing else remains beside
  expect(await readdir(join(directory, host.folder))).toEqual(['plain.out', 'plain.parquet']);
});

test('counters whose names differ only in capitals, or are that of the time, stay apart', async () => {
  const [table] = await readText(`${START} {"L1-Misses":1,"l1-misses":2,"TIME_MS":3,"it's \\"odd\\"":4}\n`);
  expect(table!.columns).toEqual(['L1-Misses', 'l1-misses_2', 'TIME_MS_2', 'it\'s "odd"']);
  expect(await rowsOf(table!.file)).toEqual([
    { time_ms: 0, 'L1-Misses': 1, 'l1-misses_2': 2, TIME_MS_2: 3, 'it\'s "odd"': 4 },
  ]);
});

test('text stays text, whatever it looks like', async () => {
  const [table] = await readText(`${START} {"label":"2026-11-21"}\n${START + 1} {"label":"007"}\n`);
  expect(await rowsOf(table!.file)).toMatchObject([{ label: '2026-11-21' }, { label: '007' }]);
});

test('an empty file gives no table, nor does one without a reading; of one that is not of its format a word tells, and no table of before remains', async () => {
  const [before] = await readText(`${START} {"a":1}\n`);
  expect(await readText('')).toEqual([]);
  expect(warnings.splice(0)).toEqual([
    'monitors/host%20a/plain.out: it is empty: its monitor saw nothing, or ended before it wrote',
  ]);
  expect(await readText('# started\n', { format: perf })).toEqual([]);
  expect(warnings.splice(0)).toEqual([
    'monitors/host%20a/plain.out: it holds no reading, although its one line is of its format',
  ]);
  // The invoker has told that there were no pods.
  expect(await readText('', { format: podsFormat })).toEqual([]);
  expect(warnings).toEqual([]);
  expect(existsSync(join(directory, before!.file))).toBe(false);
  await readText(`${START} {"a":1}\n`);
  expect(await readText('nothing\nat all\n')).toEqual([]);
  expect(warnings).toEqual(['monitors/host%20a/plain.out: none of its 2 lines is of its format; it is left out']);
  expect(existsSync(join(directory, before!.file))).toBe(false);
});

test('what nothing places is left out with a word; the start of the script places it', async () => {
  const sinceStart: MonitorFormat = { ...plain, time: 'since_start' };
  expect(await readText('5 {"a":1}\n', { format: sinceStart })).toEqual([]);
  expect(warnings).toEqual([
    'monitors/host%20a/plain.out: nothing tells when it was written (no .start file, no script of this run): it is left out',
  ]);
  const script = { role: 'runtime_script' as const, script: 'm.sh', status: 'ok' as const, message: null };
  const [table] = await readText('5 {"a":1}\n', {
    format: sinceStart,
    monitors: [{ ...script, host: 'host a', start_ms: -40 }],
  });
  expect(table).toMatchObject({ from_ms: -35, approximate: true, uncertainty_ms: null });
});

test('a file is read as the text that it is, however its bytes are cut', async () => {
  // Three bytes a character: the pieces of 256 KiB end within one.
  const text = '€'.repeat(200_000);
  const path = join(directory, 'text');
  await writeFile(path, text);
  let read = '';
  for await (const piece of fileText(path)) read += piece;
  expect(read === text).toBe(true);
});
