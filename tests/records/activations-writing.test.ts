import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACTIVATION_COLUMNS, type ActivationRow } from '../../records/activations.js';
import { openTables, type Tables } from '../../records/tables.js';
import { spoolActivations, writeActivations } from '../../records/write-activations.js';

let folder: string;
let tables: Tables;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-activations-'));
  tables = await openTables();
});
afterAll(async () => {
  tables.close();
  await rm(folder, { recursive: true });
});

async function roundTrip(batches: ActivationRow[][]): Promise<ActivationRow[]> {
  const path = join(folder, 'activations.parquet');
  await writeActivations(tables, path, batches);
  await tables.view('written', path);
  return tables.query<ActivationRow>('SELECT * FROM written');
}

const EMPTY = Object.fromEntries(
  Object.keys(ACTIVATION_COLUMNS).map((column) => [column, null]),
) as unknown as ActivationRow;

test('whatever a platform told comes back as it was: texts with quotes, breaks and NUL, numbers to the last bit', async () => {
  const text = fc.option(fc.string({ unit: 'binary' }), { nil: null });
  // beyond it a time is read as absent: records/activations.ts
  const number = fc.option(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { nil: null });
  const row = fc.record({
    activation_id: fc.string({ unit: 'binary' }),
    namespace: text,
    function: fc.string({ unit: 'binary' }),
    result: text,
    error: text,
    start_ms: number,
    wait_ms: number,
    cold: fc.option(fc.boolean(), { nil: null }),
    attempt: fc.integer({ min: 1, max: 3 }),
    memory_limit_bytes: fc.option(fc.nat({ max: 2 ** 31 - 1 }), { nil: null }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(row, { maxLength: 5 }), { maxLength: 3 }), async (batches) => {
      const rows = batches.map((batch) => batch.map((row) => ({ ...EMPTY, ...row })));
      // JSON has no -0
      expect(await roundTrip(rows)).toEqual(JSON.parse(JSON.stringify(rows.flat())));
    }),
    { numRuns: 50 },
  );
});

test('half a surrogate pair, as functions may return it, costs its character and not the row', async () => {
  const rows = await roundTrip([[{ ...EMPTY, activation_id: 'a', function: 'f', attempt: 1, result: '"\ud83d"' }]]);
  expect(rows.map(({ result }) => result)).toEqual(['"\ufffd"']);
});

test('no batch at all makes an empty table with every column', async () => {
  expect(await roundTrip([])).toEqual([]);
  const columns = await tables.query<{ column_name: string }>('DESCRIBE written');
  expect(columns.map(({ column_name }) => column_name)).toEqual(Object.keys(ACTIVATION_COLUMNS));
});

test('the spool is gone when it is removed, and a folder that cannot be written is an error', async () => {
  const spool = spoolActivations(tables, join(folder, 'other.parquet'));
  await spool.add([EMPTY]);
  await spool.remove();
  expect((await readdir(folder)).filter((name) => name.includes('other'))).toEqual([]);
  const nowhere = spoolActivations(tables, join(folder, 'missing', 'a.parquet'));
  await expect(nowhere.add([EMPTY]).then(() => nowhere.flush())).rejects.toThrow('ENOENT');
});

test('activations hold what functions returned, so only the owner can read them', async () => {
  const path = join(folder, 'private.parquet');
  await writeActivations(tables, path, [[{ ...EMPTY, activation_id: 'a', function: 'f' }]]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});
