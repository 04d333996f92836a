import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pullActivations } from '../../analyzer/pull.js';
import { toldBy } from '../../platforms/lambda/execution-row.js';
import { executionReader, type LogEvent } from '../../platforms/lambda/logs/executions.js';
import type { ActivationSource } from '../../platforms/platform.js';
import type { ActivationRow } from '../../records/activations.js';
import { openTables } from '../../records/tables.js';
import { makeLambdaRun } from '../support/lambda-run.js';
import { emptyFolder } from '../support/programs.js';

const START_MS = 1_795_250_000_000;

/** Logs that give these executions at each reading, in this order. */
function logs(...readings: ActivationRow[][]): ActivationSource {
  let reading = 0;
  return {
    name: 'cloudwatch',
    place: 'memory',
    fromLogs: true,
    async *activations() {
      yield readings[reading++] ?? [];
    },
  };
}

/** The row of an execution, from the lines of its log. */
function rowOf(id: string, more: string, { endMs = null as number | null, logStream = null as string | null } = {}) {
  const reader = executionReader();
  const event = (message: string): LogEvent => ({ message, atMs: endMs, logStream, logGroup: null });
  reader.add(event(`REPORT RequestId: ${id}\t${more}`));
  return toldBy(reader.end()[0]!, { function: 'hello', failed: null }).row;
}

async function pulled(source: (ids: string[]) => ActivationSource, rows = 3) {
  const run = await makeLambdaRun(emptyFolder(), { rows, startEpochMs: START_MS, blocking: false });
  const ids = run.invocations.map(({ activation_id }) => activation_id!);
  const records = await pullActivations(run.directory, source(ids), { waitS: 0 });
  const tables = await openTables();
  await tables.view('a', join(run.directory, 'activations.parquet'));
  const kept = await tables.query<ActivationRow>('SELECT * FROM a ORDER BY activation_id, attempt');
  tables.close();
  const of = (id: string): ActivationRow[] => kept.filter(({ activation_id }) => activation_id === id);
  return { records, kept, ids, of };
}

const WARM = 'Duration: 10.00 ms\tBilled Duration: 11 ms';

test('executions of one request are attempts, in order of time, however they were listed', async () => {
  const at = (s: number) => ({ endMs: START_MS + 1000 * s, logStream: `s${s % 2}` });
  const { of, ids, records } = await pulled(([a, b, c]) =>
    logs([
      rowOf(a!, WARM, at(183)),
      rowOf(b!, WARM, at(1)),
      rowOf(a!, WARM, at(2)),
      rowOf(c!, WARM, at(3)),
      rowOf(a!, WARM, at(61)),
      rowOf('somebody-elses', WARM, at(5)),
    ]),
  );
  expect(records).toMatchObject({ expected: 3, missing: 0, read: 5 });
  expect(of(ids[0]!).map(({ attempt, end_ms }) => [attempt, end_ms! - START_MS])).toEqual([
    [1, 2_000],
    [2, 61_000],
    [3, 183_000],
  ]);
  expect([of(ids[1]!), of(ids[2]!)].map((rows) => rows.map(({ attempt }) => attempt))).toEqual([[1], [1]]);
});

test('timeouts of one request take equally long and are kept apart by stream and time', async () => {
  const timeout = 'Duration: 3000.00 ms\tBilled Duration: 3000 ms\tStatus: timeout';
  const { of, ids } = await pulled(([a]) =>
    logs([
      rowOf(a!, timeout, { endMs: START_MS, logStream: 's1' }),
      rowOf(a!, timeout, { endMs: START_MS + 63_000, logStream: 's1' }),
    ]),
  );
  expect(of(ids[0]!)).toHaveLength(2);
});

test('an execution that two files tell, or two readings, counts once: the row that knows most', async () => {
  const full = { endMs: START_MS + 1_000, logStream: 's1' };
  const { of, ids } = await pulled(([a, b]) => {
    const waited = { ...rowOf(b!, WARM, full), wait_ms: 4, latency_ms: 14 };
    return logs([
      // The tail of its answer, the log without its START, the log with it, the log again.
      rowOf(a!, WARM),
      rowOf(a!, WARM, full),
      { ...rowOf(a!, WARM, full), start_ms: START_MS + 990 },
      rowOf(a!, WARM, full),
      rowOf(b!, WARM, full),
      waited,
      // No stream and another duration: this one is known from nowhere else.
      rowOf(b!, 'Duration: 99.00 ms\tBilled Duration: 99 ms'),
    ]);
  });
  expect(of(ids[0]!)).toMatchObject([{ attempt: 1, log_stream: 's1', start_ms: START_MS + 990 }]);
  expect(of(ids[1]!)).toMatchObject([
    { attempt: 1, wait_ms: 4, duration_ms: 10 },
    { attempt: 2, log_stream: null, duration_ms: 99 },
  ]);
});

test('a row with a time and one without are one execution, but not where their log streams differ', async () => {
  const endMs = START_MS + 1_000;
  const { of, ids } = await pulled(([a, b, c]) =>
    logs([
      // text with times (`sam logs`), and the same as plain text
      rowOf(a!, WARM, { endMs }),
      rowOf(a!, WARM),
      // the stream from a file without times, the time from one without streams
      rowOf(b!, WARM, { logStream: 's1' }),
      rowOf(b!, WARM, { endMs }),
      // equally long in two streams (timeouts): two attempts
      rowOf(c!, WARM, { logStream: 's1' }),
      rowOf(c!, WARM, { endMs, logStream: 's2' }),
    ]),
  );
  expect(of(ids[0]!)).toMatchObject([{ attempt: 1, end_ms: endMs }]);
  expect(of(ids[1]!)).toMatchObject([{ attempt: 1, end_ms: endMs }]);
  expect(of(ids[2]!).map(({ log_stream }) => log_stream)).toEqual(['s2', 's1']);
});

test('logs of only some executions take none away that lay there: of each activation the pull with more of them counts', async () => {
  const run = await makeLambdaRun(emptyFolder(), { rows: 2, startEpochMs: START_MS, blocking: false });
  const [a, b] = run.invocations.map(({ activation_id }) => activation_id!) as [string, string];
  const at = (s: number) => ({ endMs: START_MS + 1000 * s, logStream: 's1' });
  await pullActivations(run.directory, logs([rowOf(a, WARM, at(1)), rowOf(a, WARM, at(61)), rowOf(b, WARM, at(2))]), {
    waitS: 0,
  });
  const warnings: string[] = [];
  const partial = { ...logs([rowOf(a, WARM, at(61)), rowOf(b, WARM, at(3))]), name: 'logs' };
  const records = await pullActivations(run.directory, partial, { waitS: 0, onWarning: (said) => warnings.push(said) });
  expect(records).toMatchObject({ source: 'cloudwatch+logs', read: 3, missing: 0 });
  expect(warnings).toEqual([expect.stringMatching(/: 2 were kept from before \(cloudwatch\)$/)]);
  const tables = await openTables();
  await tables.view('a', join(run.directory, 'activations.parquet'));
  const kept = await tables.query<ActivationRow>('SELECT * FROM a ORDER BY end_ms');
  tables.close();
  expect(kept.map(({ activation_id, attempt, end_ms }) => [activation_id, attempt, end_ms! - START_MS])).toEqual([
    [a, 1, 1_000],
    [b, 1, 3_000],
    [a, 2, 61_000],
  ]);
});

test('in a set without any init whose bills are all in steps of 100 ms, nobody knows what was cold', async () => {
  // The two lines of the seed: the second one was a cold start.
  const { kept } = await pulled(([a, b]) =>
    logs([
      rowOf(a!, 'Duration: 297.48 ms  Billed Duration: 300 ms'),
      rowOf(b!, 'Duration: 612.50 ms\tBilled Duration: 700 ms'),
    ]),
  );
  expect(
    kept.map(({ cold, duration_ms, execution_ms, init_ms }) => [cold, duration_ms, execution_ms, init_ms]).toSorted(),
  ).toEqual([
    [null, 297.48, null, null],
    [null, 612.5, null, null],
  ]);
});

test.each([
  ['one line has an init', 'Duration: 90.00 ms\tBilled Duration: 300 ms\tInit Duration: 201.00 ms', [false, true]],
  ['one bill is none of these steps', 'Duration: 90.00 ms\tBilled Duration: 91 ms', [false, false]],
  ['one bill is not told', 'Duration: 90.00 ms', [false, false]],
])('where %s, an execution without an init is warm', async (_, second, cold) => {
  const { of, ids } = await pulled(([a, b]) =>
    logs([rowOf(a!, 'Duration: 297.48 ms\tBilled Duration: 300 ms'), rowOf(b!, second)]),
  );
  expect([of(ids[0]!)[0]!.cold, of(ids[1]!)[0]!.cold]).toEqual(cold);
  expect(of(ids[0]!)[0]!.execution_ms).toBe(297.48);
});
