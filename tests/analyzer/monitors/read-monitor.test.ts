import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileText } from '../../../analyzer/monitors/file-text.js';
import type { MonitorFile } from '../../../analyzer/monitors/monitor-files.js';
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

interface Given {
  format?: MonitorFormat;
  monitors?: Manifest['monitors'];
  start?: MonitorFile['start'];
  startFault?: string | null;
  manifest?: Partial<Manifest>;
}

async function readText(text: string, given: Given = {}) {
  const { format = plain, monitors = [], start = null, startFault = null } = given;
  const path = `${host.folder}/plain.out`;
  await writeFile(join(directory, path), text);
  const manifest = { start_epoch_ms: START, end_epoch_ms: null, monitors, ...given.manifest } as Manifest;
  const options = { taken: new Set<string>(), onWarning: (warning: string) => warnings.push(warning) };
  return readMonitor(tables, directory, { host, path, format, start, startFault }, manifest, options);
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

const OF_START = 'perf.start holds no time: it begins with "garbage"';

test('what a .start does not tell is told with what follows from it', async () => {
  const sinceStart: MonitorFormat = { ...plain, time: 'since_start' };
  const ordinal: MonitorFormat = { ...plain, time: 'ordinal' };
  const startFault = OF_START;
  const script = { role: 'runtime_script', script: 'm.sh', status: 'ok', message: null, start_ms: -40 } as const;
  const [byScript] = await readText('5 {"a":1}\n', { format: sinceStart, startFault, monitors: [script] });
  expect(byScript).toMatchObject({ from_ms: -35, approximate: true, uncertainty_ms: null });
  await readText('5 {"a":1}\n', { format: sinceStart, startFault });
  const start = { epochMs: START, intervalMs: null };
  await readText('0 {"a":1}\n', { format: ordinal, startFault, start });
  await readText('0 {"a":1}\n', { format: sinceStart, startFault, start });
  const of = (words: string) => `monitors/host%20a/plain.out: ${OF_START}; ${words}`;
  expect(warnings.splice(0)).toEqual([
    of('its readings are placed by when the script was started: approximate'),
    of('no script of this run tells when it was written either: it is left out'),
    of('an interval of 1 s is assumed: its times are approximate'),
    of('its times do not rest on that'),
  ]);
  // Stamps of the epoch need none.
  await readText(`${START} {"a":1}\n`, { startFault });
  expect(warnings).toEqual([]);
});

test('readings further from the run than its own length are left out and counted', async () => {
  const manifest = { end_epoch_ms: START + 60_000, config: { test_duration_in_seconds: 50 } };
  // A run of 60 s may have readings from 60 s before it to 60 s after it.
  const lines = [-60_001, -60_000, 0, 120_000, 120_001, 120_001, 3_600_000].map((ms) => `${START + ms} {"a":1}\n`);
  const [table] = await readText(lines.join(''), { manifest });
  expect(table).toMatchObject({ rows: 3, from_ms: -60_000, to_ms: 120_000, lines: 7, unknown_lines: 0 });
  expect(warnings.splice(0)).toEqual([
    'monitors/host%20a/plain.out: the readings of 3 moments lie too far from the run to be of it (the first 60 s before plan zero) and were left out',
  ]);
  expect(await readText(`${START + 9e12} {"a":1}\n`, { manifest })).toEqual([]);
  expect(warnings.splice(0)).toEqual([
    'monitors/host%20a/plain.out: the readings of one moment lie too far from the run to be of it (9,000,000,000 s after plan zero) and were left out',
  ]);
});

test('monitors of a run of a moment have half a minute before and after it', async () => {
  const manifest = { end_epoch_ms: null, config: { test_duration_in_seconds: 1 } };
  const lines = [-30_001, -30_000, 31_000, 31_001].map((ms) => `${START + ms} {"a":1}\n`);
  const [table] = await readText(lines.join(''), { manifest });
  expect(table).toMatchObject({ rows: 2, from_ms: -30_000, to_ms: 31_000 });
  expect(warnings).toHaveLength(1);
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
