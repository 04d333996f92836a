import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTables, quoteName, quoteText, type Tables } from '../../records/tables.js';

let folder: string;
let tables: Tables;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-tables-'));
  tables = await openTables();
});
afterEach(async () => {
  tables.close();
  await rm(folder, { recursive: true });
});

test('a select written as Parquet comes back through a view, with absent values as null and integers as numbers', async () => {
  const path = join(folder, "it's.parquet");
  await tables.writeParquet('SELECT 7::BIGINT AS n, NULL::DOUBLE AS x, true AS yes', path);
  await tables.view('t', path);
  expect(await tables.query('SELECT * FROM t WHERE n = $n', { n: 7 })).toEqual([{ n: 7, x: null, yes: true }]);
});

test('a select that fails leaves no file behind', async () => {
  await expect(
    tables.writeParquet('SELECT error($$broken in the middle$$)', join(folder, 'a.parquet')),
  ).rejects.toThrow();
  expect(await readdir(folder)).toEqual([]);
});

test('quotes in names and texts stay data', async () => {
  const rows = await tables.query<Record<string, string>>(
    `SELECT ${quoteText("a'; DROP TABLE x; --")} AS ${quoteName('say "x"')}`,
  );
  expect(rows).toEqual([{ 'say "x"': "a'; DROP TABLE x; --" }]);
});

test('a statement that cannot do with the memory that it was given gets more', async () => {
  const small = await openTables({ memoryMb: 20 });
  try {
    // 300,000 texts of 100 bytes in one list: it cannot be spilled
    const [row] = await small.query<{ n: number }>(
      "SELECT len(list(repeat('x', 100 + x % 2))) AS n FROM range(300000) AS t(x)",
    );
    expect(row).toEqual({ n: 300_000 });
    const [setting] = await small.query<{ limit: string }>("SELECT current_setting('memory_limit') AS limit");
    // 20 doubled until it was enough, for more than 30 MB: 40 million bytes, or more; DuckDB tells MiB
    expect(Number.parseFloat(setting!.limit)).toBeGreaterThanOrEqual(38);
  } finally {
    small.close();
  }
});
