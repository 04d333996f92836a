import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Analysis, GroupFigures } from '../../analyzer/analysis.js';
import { groupFigures } from '../../analyzer/groups.js';
import { joinRun, type JoinedRow } from '../../analyzer/join.js';
import { openTables, type Tables } from '../../records/tables.js';
import type { Estimate } from '../../statistics/estimate.js';
import { estimateMean, estimateQuantile, SECTIONED_FROM } from '../../statistics/intervals.js';
import { estimateShare } from '../../statistics/share.js';
import { makeRun } from '../support/run-fixture.js';

/**
 * A run so long that the database sums up its sections: the same estimates must come out as from the series themselves.
 * `steady` has 60 % of 40,000 rows and so more than 20,000; `naps` and `bursts` are two instances of one function with fewer.
 */
const ROWS = 40_000;
let folder: string;
let tables: Tables;
let groups: Pick<Analysis, 'overall' | 'functions' | 'instances'>;
let rows: JoinedRow[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-intervals-'));
  const { directory } = await makeRun(folder, {
    rows: ROWS,
    functions: ['hello', 'sleep', 'sleep'],
    // a few rows of the long group were only accepted
    invocation: (row) => (row.function === 'hello' && row.seq % 40 === 0 ? { ...row, status: 202 } : row),
  });
  tables = await openTables();
  await joinRun(tables, directory);
  groups = await groupFigures(tables, 7);
  rows = await tables.query<JoinedRow>('SELECT * FROM joined ORDER BY seq');
});
afterAll(async () => {
  tables.close();
  await rm(folder, { recursive: true });
});

function expectSame(found: Estimate, expected: Estimate): void {
  expect([found.n, found.method, found.note]).toEqual([expected.n, expected.method, expected.note]);
  for (const end of ['value', 'low', 'high'] as const) {
    if (expected[end] === null) expect(found[end]).toBeNull();
    else expect(Math.abs(found[end]! - expected[end])).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected[end])));
  }
}

function expectFromSeries(found: GroupFigures, own: JoinedRow[]): void {
  for (const metric of ['response_ms', 'service_ms', 'acceptance_ms'] as const) {
    const values = Float64Array.from(own.flatMap((row) => row[metric] ?? []));
    expectSame(found[metric].mean, estimateMean(values));
    expectSame(found[metric].p50, estimateQuantile(values, 0.5, { seed: 7 }));
    expectSame(found[metric].p90, estimateQuantile(values, 0.9, { seed: 7 }));
    expectSame(found[metric].p99, estimateQuantile(values, 0.99, { seed: 7 }));
  }
  expectSame(found.error_rate, estimateShare(own.map(({ failed }) => failed)));
  expectSame(found.cold_share, estimateShare(own.flatMap(({ cold }) => cold ?? [])));
}

test('the whole run, summed up in the database, has the estimates of its series', () => {
  expect(groups.overall.answered).toBeGreaterThan(SECTIONED_FROM);
  expectFromSeries(groups.overall, rows);
});

test('so has a long function, also for the few rows that were only accepted', () => {
  const hello = groups.functions.find(({ name }) => name === 'hello')!;
  expect(hello.answered).toBeGreaterThan(SECTIONED_FROM);
  expect(hello.accepted).toBeGreaterThan(300);
  expect(hello.accepted).toBeLessThan(SECTIONED_FROM);
  expectFromSeries(
    hello,
    rows.filter((row) => row.function === 'hello'),
  );
});

test('a short instance has those of its rows, and an only instance those of its function', () => {
  for (const name of ['naps', 'bursts', 'steady']) {
    const found = groups.instances.find((group) => group.name === name)!;
    expectFromSeries(
      found,
      rows.filter((row) => row.instance === name),
    );
  }
});
