import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { analyze } from '../../analyzer/analyze.js';
import { joinRun } from '../../analyzer/join.js';
import { openRun } from '../../analyzer/open-run.js';
import { RecordsError } from '../../common/errors.js';
import { OPENWHISK_RECORDS } from '../../platforms/openwhisk/activation-records.js';
import { openTables, quoteText } from '../../records/tables.js';
import { writeActivations } from '../../records/write-activations.js';
import { rowsOfRecords } from '../support/activation-reader.js';
import { makeRun } from '../support/run-fixture.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-huge-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('times of a document beyond what can be meant are absent and counted, those within stand', async () => {
  const document = {
    activationId: 'a',
    response: { statusCode: 0 },
    name: 'hello',
    start: 1e17,
    end: 1e15,
    duration: 1e300,
    annotations: [
      { key: 'path', value: 'guest/hello' },
      { key: 'waitTime', value: 1e12 },
      { key: 'initTime', value: -1e13 },
    ],
  };
  const [row] = await rowsOfRecords([document], OPENWHISK_RECORDS);
  expect(row).toMatchObject({ start_ms: null, end_ms: 1e15, duration_ms: null, wait_ms: 1e12, init_ms: null });
  expect(row!.odd).toBe('start duration initTime');
});

test('rows of other platforms lose the same times, and say so', async () => {
  const run = await makeRun(folder, { rows: 20 });
  const tables = await openTables();
  const path = join(folder, 'rows.parquet');
  await writeActivations(tables, path, [[{ ...run.activations[0]!, duration_ms: 1e300, start_ms: 1e17 }]]);
  const [row] = await tables.query(`SELECT start_ms, duration_ms, wait_ms FROM read_parquet(${quoteText(path)})`);
  tables.close();
  expect(row).toEqual({ start_ms: null, duration_ms: null, wait_ms: run.activations[0]!.wait_ms });
});

test('a table that holds such times, infinities and no numbers is analysed, and they are counted', async () => {
  const run = await makeRun(folder);
  const tables = await openTables();
  const path = join(run.directory, 'activations.parquet');
  await tables.writeParquet(
    `SELECT * REPLACE (
       CASE row_number() OVER () WHEN 1 THEN 1e300 WHEN 2 THEN 'nan'::DOUBLE ELSE duration_ms END AS duration_ms,
       CASE row_number() OVER () WHEN 3 THEN 'inf'::DOUBLE ELSE execution_ms END AS execution_ms,
       CASE row_number() OVER () WHEN 4 THEN -1e18 ELSE start_ms END AS start_ms
     ) FROM (SELECT * FROM read_parquet(${quoteText(path)}))`,
    join(folder, 'huge.parquet'),
  );
  await tables.writeParquet(`SELECT * FROM read_parquet(${quoteText(join(folder, 'huge.parquet'))})`, path);
  tables.close();
  const analyzed = await analyze(await openRun(run.directory), { waitS: 0, insecure: false });
  analyzed.tables.close();
  const { warnings, overall } = analyzed.analysis;
  expect(warnings.filter((warning) => warning.includes('beyond what can be meant'))).toEqual([
    `${path}: times beyond what can be meant were read as absent: start_ms 1×, duration_ms 2×, execution_ms 1×`,
  ]);
  // 599 activations, two durations and one execution of them absent
  expect([overall.duration_ms.n, overall.execution_ms.n]).toEqual([597, 598]);
});

test('a column of another type is named in one line', async () => {
  const run = await makeRun(folder, { rows: 20 });
  const tables = await openTables();
  const path = join(run.directory, 'activations.parquet');
  const beside = join(folder, 'text.parquet');
  await tables.writeParquet(
    `SELECT * REPLACE (wait_ms || ' ms' AS wait_ms) FROM read_parquet(${quoteText(path)})`,
    beside,
  );
  await tables.writeParquet(`SELECT * FROM read_parquet(${quoteText(beside)})`, path);
  await expect(joinRun(tables, run.directory)).rejects.toThrow(`${path}: its column wait_ms is VARCHAR, not DOUBLE`);
  tables.close();
});

test('a table whose pages are damaged is named, though its end is whole', async () => {
  const run = await makeRun(folder);
  const path = join(run.directory, 'activations.parquet');
  const bytes = readFileSync(path);
  // The first page lies behind the magic number; what it holds is read only when a column is.
  bytes.fill(0xff, 4, Math.floor(bytes.length / 2));
  writeFileSync(path, bytes);
  const analysis = analyze(await openRun(run.directory), { waitS: 0, insecure: false });
  await expect(analysis).rejects.toBeInstanceOf(RecordsError);
  await expect(analysis).rejects.toThrow(`${path} is damaged (`);
  await expect(analysis).rejects.toThrow('); remove it and read the records again');
});
