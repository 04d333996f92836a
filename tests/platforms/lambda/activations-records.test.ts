import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordedExecutions } from '../../../platforms/lambda/activations-records.js';
import { toldBy } from '../../../platforms/lambda/execution-row.js';
import { executionReader } from '../../../platforms/lambda/logs/executions.js';
import type { ActivationRow } from '../../../records/activations.js';
import type { InvocationRow } from '../../../records/invocations.js';
import { asking, readActivations } from '../../support/activation-reader.js';
import { emptyFolder } from '../../support/programs.js';
import { makeRun } from '../../support/run-fixture.js';

const ID = '00000000-0000-4000-8000-000000000001';
const LINE = `REPORT RequestId: ${ID}\tDuration: 100.5 ms\tBilled Duration: 253 ms\tMemory Size: 128 MB\tMax Memory Used: 54 MB\t`;

function rowOf(line: string, client: { failed?: boolean | null; message?: string | null } = {}): ActivationRow {
  const reader = executionReader();
  reader.add({ message: line, atMs: null, logStream: null, logGroup: null });
  return toldBy(reader.end()[0]!, { function: 'hello', failed: false, ...client }).row;
}

test('a warm execution: duration and execution are Lambda’s Duration, and what no line tells is null', () => {
  expect(rowOf(LINE)).toEqual({
    activation_id: ID,
    namespace: null,
    function: 'hello',
    kind: null,
    attempt: 1,
    start_ms: null,
    end_ms: null,
    duration_ms: 100.5,
    wait_ms: null,
    init_ms: null,
    restore_ms: null,
    latency_ms: null,
    execution_ms: 100.5,
    cold: false,
    success: true,
    status_code: null,
    error: null,
    worker: null,
    log_stream: null,
    // 128 and 54 times 2²⁰
    memory_limit_bytes: 134_217_728,
    max_memory_bytes: 56_623_104,
    billed_ms: 253,
    cause: null,
    result: null,
  });
});

test('a cold execution: the duration includes the init, the execution does not', () => {
  expect(rowOf(`${LINE}Init Duration: 151.75 ms`)).toMatchObject({
    cold: true,
    init_ms: 151.75,
    // 100.5 + 151.75
    duration_ms: 252.25,
    execution_ms: 100.5,
  });
});

test('an execution that waited for a snapshot is cold without an init', () => {
  expect(rowOf(`${LINE}Restore Duration: 340.5 ms\tBilled Restore Duration: 341 ms`)).toMatchObject({
    cold: true,
    init_ms: null,
    restore_ms: 340.5,
    duration_ms: 100.5,
    execution_ms: 100.5,
  });
});

test.each([
  ['its message', 'boom', '', 'boom'],
  ['the error type of the line', null, 'Status: error\tError Type: Runtime.ExitError', 'Runtime.ExitError'],
  ['the status of the line', null, 'Status: timeout', 'timeout'],
  ['nothing, where nobody told', null, '', null],
])('a failed execution has as error %s', (_, message, more, error) => {
  expect(rowOf(LINE + more, { failed: true, message })).toMatchObject({ success: false, error });
});

test('an execution that Lambda itself calls an error is one, whatever its answer was', () => {
  expect(rowOf(`${LINE}Status: timeout`)).toMatchObject({ success: false, error: 'timeout' });
  expect(rowOf(`${LINE}Status: success`)).toMatchObject({ success: true, error: null });
});

test('of an execution that no client waited for, a report without a status is no success', () => {
  expect(rowOf(LINE, { failed: null })).toMatchObject({ success: null, error: null });
  expect(rowOf(`${LINE}Status: success`, { failed: null })).toMatchObject({ success: true });
  expect(rowOf(`${LINE}Status: error`, { failed: null })).toMatchObject({ success: false, error: 'error' });
});

/** Reads the executions of a run whose answers were kept as `responses` says, for the rows that it made. */
async function told(lineOf: (row: InvocationRow) => object | string | null) {
  const { directory, invocations } = await makeRun(emptyFolder(), { rows: 40, pulled: false, dropped: false });
  const lines = invocations.map((row) => lineOf(row)).filter((line) => line !== null);
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  await writeFile(join(directory, 'responses.ndjson'), `${text}\n`);
  const warnings: string[] = [];
  const rows = await readActivations(recordedExecutions(directory), { reader: asking(warnings) });
  return { rows, warnings, invocations };
}

const reported = ({ seq, activation_id }: InvocationRow, id = activation_id) => ({
  seq,
  activation_id,
  report: `REPORT RequestId: ${id}\tDuration: ${seq}.5 ms`,
  body: '{"errorMessage":"boom"}',
  truncated: false,
});

test('each execution is read once, under its function, with its own figures', async () => {
  const { rows, warnings, invocations } = await told(reported);
  expect(rows.map(({ activation_id, function: name, duration_ms }) => [activation_id, name, duration_ms])).toEqual(
    invocations.map((row) => [row.activation_id, row.function, row.seq + 0.5]),
  );
  expect(rows.map(({ success }) => success)).toEqual(invocations.map(({ outcome }) => outcome === 'ok'));
  // The body of an answer that is no error of a function, or no JSON, is no message.
  expect(rows.map(({ error }) => error)).toEqual(invocations.map(({ outcome }) => (outcome === 'ok' ? null : 'boom')));
  expect(warnings).toEqual([]);
});

test('a line of another request is no figure of this one, and what is missing is counted', async () => {
  const { rows, warnings } = await told((row) => {
    if (row.seq === 3) return reported(row, 'another');
    if (row.seq === 4) return { ...reported(row), report: 'no report at all' };
    if (row.seq === 5) return { ...reported(row), report: null };
    if (row.seq === 6) return '{"seq":6,"activation_id":"cut o';
    return row.seq === 7 ? null : reported(row);
  });
  // 40 less the five
  expect(rows).toHaveLength(35);
  expect(warnings).toEqual([
    expect.stringMatching(/: 3 accepted or executed invocations came without a REPORT line/),
    expect.stringMatching(/: 2 REPORT lines cannot be read and were left out$/),
  ]);
});
