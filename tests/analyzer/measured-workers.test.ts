import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { analyze } from '../../analyzer/analyze.js';
import { takeMeasuredWorkers } from '../../analyzer/measured-workers.js';
import { openRun } from '../../analyzer/open-run.js';
import { MeasuredIdSearch } from '../../platforms/http/measured-id-search.js';
import type { JoinedRow } from '../../analyzer/join.js';
import { openTables, type Tables } from '../../records/tables.js';
import { joinRows, type GivenRow } from '../support/joined-rows.js';
import { makeRun } from '../support/run-fixture.js';

const A = 'bf059391-34f7-42b7-9f1b-97ce090b3ca3';
const B = '038b59dc-7cd3-4689-964a-d98ee74d66d6';
const C = '11111111-2222-4333-8444-555555555555';

let tables: Tables;
beforeEach(async () => {
  tables = await openTables();
});
afterEach(() => tables.close());

const json = (exist: string, fresh: string): string =>
  JSON.stringify({ stat: { exist_id: exist, new_id: fresh, vm_id: null }, cpu: 1.5, errors: [] });
const line = (exist: string, fresh: string): string => `1.5#${exist}#${fresh}#None#None#169.254.26.61#1560971126581.3`;

type Told = Pick<JoinedRow, 'worker' | 'cold' | 'execution_ms'>;
async function takenFrom(rows: GivenRow[]) {
  await joinRows(tables, rows);
  const measured = await takeMeasuredWorkers(tables);
  const joined = await tables.query<Told>('SELECT worker, cold, execution_ms FROM joined ORDER BY seq');
  return { measured, told: joined.map(({ worker, cold }) => [worker, cold]), joined };
}

test('of a plain endpoint worker and cold start are known from the bodies alone', async () => {
  const { measured, told } = await takenFrom([
    { body: json(A, A) },
    { body: json(A, B) },
    { body: line(C, C) },
    // as Lambda answers: one string
    { body: JSON.stringify(json(A, C)) },
    { body: JSON.stringify(line(C, B)) },
    { body: '{"ok":true}' },
    {},
  ]);
  expect(told).toEqual([
    [A, true],
    [A, false],
    [C, true],
    [A, false],
    [C, false],
    [null, null],
    [null, null],
  ]);
  expect(measured).toEqual({ answers: 5, workers_filled: 5, cold_filled: 5, disagreeing: 0 });
});

test('of an answer that was cut the ids are those that the invoker found in the whole', async () => {
  const { told } = await takenFrom([{ body: '{"cpuu": [1.5, 2', exist_id: A, new_id: B }]);
  expect(told).toEqual([[A, false]]);
});

test("the platform's word stands, and where it is the opposite that is counted", async () => {
  const result = (exist: string, fresh: string) => json(exist, fresh);
  const { measured, told } = await takenFrom([
    { activation: { cold: true, worker: 'w1', result: result(A, A) } },
    // cold to the platform, but not the first that the worker saw
    { activation: { cold: true, worker: 'w2', result: result(B, C) } },
    { activation: { cold: false, worker: 'w3', result: JSON.stringify({ result: line(C, C) }) } },
    { activation: { cold: null, worker: 'w4', result: result(A, B) } },
  ]);
  expect(told).toEqual([
    ['w1', true],
    ['w2', true],
    ['w3', false],
    ['w4', false],
  ]);
  expect(measured).toEqual({ answers: 4, workers_filled: 0, cold_filled: 1, disagreeing: 2 });
});

test('a worker that the platform names for one of its answers has that name for all', async () => {
  const { told } = await takenFrom([
    { body: json(A, A) },
    { activation: { cold: false, worker: 'stream-7' }, body: json(A, B) },
    { body: json(B, C) },
  ]);
  expect(told).toEqual([
    ['stream-7', true],
    ['stream-7', false],
    [B, false],
  ]);
});

test('a record that did not say whether it was warm has its execution time once faas_measure says so', async () => {
  // 12 ms with nothing known of an init: warm → all of it is execution; cold → what of it was init nobody knows
  const recorded = (result: string) => ({ activation: { start_ms: 0, end_ms: 12, cold: null, result } });
  const { joined } = await takenFrom([recorded(json(A, B)), recorded(json(A, A)), recorded('{}')]);
  expect(joined.map(({ execution_ms }) => execution_ms)).toEqual([12, null, null]);
});

test('an analysis warns of answers that speak against the records, and keeps the records', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-measured-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  // every answer says that its worker was new, and most records that theirs was not
  const run = await makeRun(folder, {
    rows: 50,
    dropped: false,
    activation: (row) => ({ ...row, result: json(A, A) }),
  });
  const { analysis, tables } = await analyze(await openRun(run.directory), { insecure: false, waitS: 0 });
  tables.close();
  const warm = run.activations.filter(({ cold }) => !cold).length;
  expect(analysis.cold_starts).toMatchObject({
    count: 50 - warm,
    known: 50,
    measured: { answers: 50, disagreeing: warm },
  });
  expect(analysis.warnings).toEqual([expect.stringMatching(new RegExp(`^in ${warm} of 50 answers faas_measure says`))]);
  expect(warm).toBeGreaterThan(30);
});

test('without such an answer nothing is touched', async () => {
  const rows = [
    { activation: { cold: true, worker: 'w' } },
    { body: 'a # b' },
    { body: '{"exist_id":"x","new_id":"y"}' },
  ];
  const { measured, told } = await takenFrom(rows);
  expect(told).toEqual([
    ['w', true],
    [null, null],
    [null, null],
  ]);
  expect(measured).toEqual({ answers: 0, workers_filled: 0, cold_filled: 0, disagreeing: 0 });
});

test('the database reads of every answer what the search in its bytes does', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      A,
      B,
      C,
      '#',
      '"',
      '\\"',
      '\\\\\\"',
      ':',
      ' : ',
      'exist_id',
      'new_id',
      '"exist_id": "',
      '","new_id":"',
      'None',
      'é',
    ),
    fc.string({ unit: fc.constantFrom('a', '0', '-', '#', '"', '\\', ' '), maxLength: 4 }),
    fc.constantFrom(json(A, B), line(A, C), JSON.stringify(json(B, B))),
  );
  const texts = fc.sample(
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    { numRuns: 4_000, seed: 5 },
  );
  const { told } = await takenFrom(texts.map((body) => ({ body })));
  const searched = texts.map((text) => {
    const search = new MeasuredIdSearch();
    search.read(Buffer.from(text));
    const { found } = search;
    return found === null ? [null, null] : [found.exist_id, found.exist_id === found.new_id];
  });
  expect(told).toEqual(searched);
  // else nothing would be shown
  expect(searched.filter(([worker]) => worker !== null).length).toBeGreaterThan(500);
});
