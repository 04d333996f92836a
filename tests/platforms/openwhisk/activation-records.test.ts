import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { OPENWHISK_RECORDS } from '../../../platforms/openwhisk/activation-records.js';
import { ACTIVATION_COLUMNS, type ActivationRow } from '../../../records/activations.js';
import { rowsOfRecords, type ReadRow } from '../../support/activation-reader.js';

interface Document {
  activationId: string;
  start: number;
  end: number;
  duration?: number;
  cause?: string;
  annotations: { key: string; value: unknown }[];
  response: { statusCode: number; result?: unknown };
}
const REAL = readFileSync('tests/fixtures/openwhisk/activations-real.ndjson', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Document);
const HELLO = REAL[0]!;

const rowsOf = (records: readonly unknown[]): Promise<ReadRow[]> => rowsOfRecords(records, OPENWHISK_RECORDS);

async function rowOf(record: unknown): Promise<ActivationRow> {
  const [{ odd: _, ...row } = { odd: null }] = await rowsOf([record]);
  return row as ActivationRow;
}
function annotated(changes: Record<string, unknown>): Document {
  const annotations = HELLO.annotations
    .filter(({ key }) => !(key in changes))
    .concat(Object.entries(changes).map(([key, value]) => ({ key, value })))
    .filter(({ value }) => value !== undefined);
  return { ...HELLO, annotations };
}

let real: ReadRow[];
beforeAll(async () => {
  real = await rowsOf(REAL);
});

test('of 467 real documents every one but the trigger is an activation, and none has an unusable field', () => {
  expect(real.filter(({ odd }) => odd !== null)).toEqual([]);
  // one document is a trigger's
  expect(real).toHaveLength(466);
});

test('the real documents hold 60 cold starts, 405 warm ones, and a sequence that is neither', () => {
  // counted apart: 60 have initTime; of 466 with waitTime one is a sequence: 466 − 60 − 1 = 405
  const cold = real.map(({ cold }) => cold);
  expect(cold.filter((is) => is === true)).toHaveLength(60);
  expect(cold.filter((is) => is === false)).toHaveLength(405);
  expect(cold.filter((is) => is === null)).toHaveLength(1);
});

test('of the real documents latency is wait + duration, and execution is duration less init', () => {
  const documentOf = new Map(REAL.map((document) => [document.activationId, document]));
  for (const row of real) {
    const document = documentOf.get(row.activation_id)!;
    const said = Object.fromEntries(document.annotations.map(({ key, value }) => [key, value]));
    expect(row.latency_ms).toBe((said['waitTime'] as number) + document.duration!);
    if (said['kind'] !== 'sequence') {
      expect(row.execution_ms).toBe(document.duration! - ((said['initTime'] as number | undefined) ?? 0));
      expect(row.end_ms! - row.start_ms!).toBe(document.duration);
    }
  }
});

test('a cold start of the real database, column by column', async () => {
  expect(await rowOf(HELLO)).toEqual({
    activation_id: 'e2e64cecb1324028a64cecb132002816',
    namespace: 'guest',
    function: 'hello',
    kind: 'nodejs:20',
    attempt: 1,
    start_ms: 1795249590469,
    end_ms: 1795249592063,
    duration_ms: 1594,
    wait_ms: 513,
    init_ms: 1496,
    restore_ms: null,
    latency_ms: 2107,
    execution_ms: 98,
    cold: true,
    success: true,
    status_code: 0,
    error: null,
    worker: null,
    log_stream: null,
    memory_limit_bytes: 268435456,
    max_memory_bytes: null,
    billed_ms: null,
    cause: null,
    result: '{"greeting":"Hello a"}',
  } satisfies ActivationRow);
  expect(Object.keys(await rowOf(HELLO))).toEqual(Object.keys(ACTIVATION_COLUMNS));
});

test('a sequence has no execution, and its components name it as their cause', () => {
  const row = real.find(({ activation_id }) => activation_id === 'df0b60b7f25448bb8b60b7f25438bb37')!;
  expect([row.kind, row.cold, row.execution_ms, row.latency_ms]).toEqual(['sequence', null, null, 5355]);
  expect(real.filter(({ cause }) => cause === row.activation_id)).toHaveLength(2);
});

test('initTime 0 is a cold start, a missing one a warm one, and neither is known without waitTime', async () => {
  expect(await rowOf(annotated({ initTime: 0 }))).toMatchObject({ cold: true, init_ms: 0, execution_ms: 1594 });
  expect(await rowOf(annotated({ initTime: undefined }))).toMatchObject({
    cold: false,
    init_ms: null,
    execution_ms: 1594,
  });
  expect(await rowOf(annotated({ initTime: undefined, waitTime: undefined }))).toMatchObject({
    cold: null,
    wait_ms: null,
    latency_ms: null,
    execution_ms: null,
    duration_ms: 1594,
  });
});

test('a negative waitTime, as two clocks give, is kept', async () => {
  expect(await rowOf(annotated({ waitTime: -3 }))).toMatchObject({ wait_ms: -3, latency_ms: 1591 });
});

test('the words of the API and the codes of the database say the same', async () => {
  const words = ['success', 'application error', 'action developer error', 'whisk internal error'];
  for (const [code, status] of words.entries()) {
    const fromApi = await rowOf({ ...HELLO, response: { status, success: code === 0, result: { error: 'no' } } });
    const fromDatabase = await rowOf({ ...HELLO, response: { statusCode: code, result: { error: 'no' } } });
    expect(fromApi).toEqual(fromDatabase);
    expect([fromApi.status_code, fromApi.error]).toEqual([code, code === 0 ? null : 'no']);
  }
  expect((await rowOf({ ...HELLO, response: { statusCode: 3 } })).error).toBe('whisk internal error');
});

test('like-named actions of two packages stay apart', async () => {
  expect((await rowOf(annotated({ path: 'guest/utils/hello' }))).function).toBe('utils/hello');
});

test("triggers and the platform's own health tests are left out without a complaint", async () => {
  const { duration: _, ...trigger } = { ...HELLO, annotations: [], end: 0 };
  expect(await rowsOf([{ ...HELLO, name: 'invokerHealthTestAction0' }, trigger])).toEqual([]);
  expect(await rowsOf([{ ...HELLO, name: 'invokerHealthTestActionX' }])).toHaveLength(1);
});

test('texts where numbers belong are absent, and named', async () => {
  const [row] = await rowsOf([{ ...annotated({ waitTime: '513' }), start: '1795249590469' }]);
  expect([row!.start_ms, row!.wait_ms, row!.latency_ms]).toEqual([null, null, null]);
  expect(row!.odd).toBe('start waitTime');
  expect(await rowOf(annotated({ initTime: '1496' }))).toMatchObject({ cold: null, init_ms: null, execution_ms: null });
});

test('numbers that are none for a computer, and fractions where whole ones belong, are absent', async () => {
  const [row] = await rowsOf([{ ...HELLO, response: { statusCode: 1.5 }, duration: true, end: [1] }]);
  expect([row!.status_code, row!.duration_ms, row!.end_ms, row!.odd]).toEqual([
    null,
    null,
    null,
    'end duration statusCode',
  ]);
});

test('the message of a failure is cut after 500 characters; what is no text is told as JSON', async () => {
  const failed = (error: unknown) => rowOf({ ...HELLO, response: { statusCode: 1, result: { error } } });
  expect((await failed('x'.repeat(501))).error).toBe(`${'x'.repeat(500)}…`);
  expect((await failed({ code: 7, why: 'a"b' })).error).toBe('{"code":7,"why":"a\\"b"}');
  expect((await failed('')).error).toBe('""');
});

test('whatever a database holds, reading it neither throws nor invents numbers', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.double(), fc.constant(undefined));
  const keys = ['path', 'kind', 'waitTime', 'initTime', 'limits', '__proto__'];
  const record = fc.record(
    {
      activationId: fc.oneof(fc.string(), value),
      name: fc.oneof(fc.string(), value),
      namespace: value,
      start: value,
      end: value,
      duration: value,
      cause: value,
      statusCode: value,
      annotations: fc.oneof(value, fc.array(fc.record({ key: fc.constantFrom(...keys), value }))),
      response: fc.oneof(value, fc.record({ statusCode: value, status: value, success: value, result: value })),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(record, value), { minLength: 50, maxLength: 100 }), async (records) => {
      for (const row of await rowsOf(records)) {
        if (row.activation_id === null) expect(row.odd).toBe('record');
        for (const [column, type] of Object.entries(ACTIVATION_COLUMNS)) {
          const found = row[column as keyof ActivationRow];
          const kind = { VARCHAR: 'string', BOOLEAN: 'boolean' }[type] ?? 'number';
          if (found !== null) expect(typeof found).toBe(kind);
          if (typeof found === 'number') expect(Number.isFinite(found)).toBe(true);
        }
        if (row.cold === false) expect(row.execution_ms).toBe(row.duration_ms);
        if (row.wait_ms === null) expect(row.latency_ms).toBeNull();
      }
    }),
    { numRuns: 20 },
  );
});

test('fields that are no annotations, no boolean, or not there at all are counted', async () => {
  const odd = async (changes: object): Promise<string | null> => (await rowsOf([{ ...HELLO, ...changes }]))[0]!.odd;
  expect(await odd({})).toBeNull();
  expect(await odd({ annotations: 'none' })).toBe('annotations');
  expect(await odd({ annotations: undefined })).toBe('annotations');
  for (const rubbish of [1, null, 'x', { value: 3 }])
    expect(await odd({ annotations: [...HELLO.annotations, rubbish] })).toBe('annotations');
  expect(await odd({ response: { ...HELLO.response, success: 'true' } })).toBe('success');
  expect(await odd({ end: undefined })).toBe('end');
  expect(await odd({ end: 0 })).toBeNull();
  expect(await odd({ response: undefined })).toBe('response');
  // a record of a list has the code outside
  expect(await odd({ response: undefined, statusCode: 0 })).toBeNull();
});
