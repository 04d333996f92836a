import { expect, test } from 'vitest';
import { joinRun } from '../../analyzer/join.js';
import { type FunctionFigures, settleInvocations } from '../../records/invocation-figures.js';
import type { InvocationRow } from '../../records/invocations.js';
import { openTables } from '../../records/tables.js';
import { emptyFolder } from '../support/programs.js';
import { makeRun } from '../support/run-fixture.js';

type Word = Omit<FunctionFigures, 'function' | 'p90' | 'acceptance_p90' | 'mean'>;

/** What the invoker and what the analyzer say of sixty rows of one function, each changed by `change`. */
async function bothWords(change: (row: InvocationRow) => Partial<InvocationRow>): Promise<[Word, Word]> {
  const run = await makeRun(emptyFolder(), {
    rows: 60,
    dropped: false,
    functions: ['f', 'f', 'f'],
    invocation: (row) => {
      const plain = { sent_ms: row.planned_ms + 1, end_ms: row.planned_ms + 100, outcome: 'ok', error: null } as const;
      return { ...row, ...plain, status: 200, ...change(row) };
    },
  });
  const { functions } = await settleInvocations(run.directory, 60);
  const tables = await openTables();
  try {
    await joinRun(tables, run.directory);
    const [analyzer] = await tables.query<Word>(`
      SELECT count(*) AS n, count(response_ms) AS answered, count(*) FILTER (accepted) AS accepted,
        count(*) FILTER (outcome <> 'ok') AS failed, quantile_cont(response_ms, 0.5) AS p50,
        quantile_cont(response_ms, 0.99) AS p99, quantile_cont(acceptance_ms, 0.5) AS acceptance_p50,
        quantile_cont(acceptance_ms, 0.99) AS acceptance_p99 FROM joined`);
    const { function: _f, p90: _p90, mean: _mean, acceptance_p90: _a90, ...invoker } = functions[0]!;
    return [invoker, analyzer!];
  } finally {
    tables.close();
  }
}

test.each(['reset', 'refused', 'dns', 'tls', 'protocol', 'no_socket'])(
  'forty fast rows of sixty that ended in %s do not lower the response time, with or without a status',
  async (error) => {
    const [invoker, analyzer] = await bothWords(({ seq, planned_ms }) =>
      seq < 40 ? { outcome: 'failed', error, status: seq < 20 ? 200 : null, end_ms: planned_ms + 2 } : {},
    );
    expect(invoker).toEqual(analyzer);
    expect(invoker).toMatchObject({ n: 60, answered: 20, failed: 40, accepted: 0 });
    expect(invoker.p50).toBeCloseTo(100, 6);
  },
);

test('a timeout counts with the time waited, also one that never got a connection', async () => {
  const [invoker, analyzer] = await bothWords(({ seq, planned_ms }) =>
    seq < 40
      ? {
          outcome: 'failed',
          error: 'timeout',
          status: null,
          end_ms: planned_ms + 5_000,
          ...(seq < 20 ? { sent_ms: null } : {}),
        }
      : {},
  );
  expect(invoker).toEqual(analyzer);
  expect(invoker.answered).toBe(60);
  expect(invoker.p50).toBeCloseTo(5_000, 6);
});

test('an error with a whole answer is an answer; a 202 is one only where the call waited for the result', async () => {
  const [invoker, analyzer] = await bothWords(({ seq, planned_ms }) => {
    if (seq < 20) return { status: 202, end_ms: planned_ms + 3 };
    if (seq < 30) return { outcome: 'failed', error: 'still_running', status: 202, end_ms: planned_ms + 60_000 };
    if (seq < 40) return { outcome: 'failed', error: 'throttled', status: 429 };
    return seq < 45 ? { outcome: 'lost', error: 'interrupted', status: null, end_ms: null } : {};
  });
  expect(invoker).toEqual(analyzer);
  expect(invoker).toMatchObject({ answered: 35, accepted: 20 });
  expect(invoker.acceptance_p99).toBeCloseTo(3, 6);
  expect(invoker.p50).toBeCloseTo(100, 6);
  expect(invoker.p99).toBeCloseTo(60_000, 6);
});
