import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { analyze } from '../../analyzer/analyze.js';
import type { Analysis } from '../../analyzer/analysis.js';
import { whyNoShare } from '../../statistics/known-share.js';
import { openRun } from '../../analyzer/open-run.js';
import { coldStartLines } from '../../analyzer/terminal/cold-starts-text.js';
import { summaryText } from '../../analyzer/terminal/summary-text.js';
import { verboseText } from '../../analyzer/terminal/verbose-text.js';
import type { ActivationRow } from '../../records/activations.js';
import { makeRun, type FixtureOptions } from '../support/run-fixture.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-partly-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function analysisOf(options: FixtureOptions, thresholds: Record<string, string> = {}): Promise<Analysis> {
  const run = await makeRun(folder, options);
  const opened = await openRun(run.directory);
  Object.assign(opened.manifest.config, { thresholds });
  const { writeManifest } = await import('../../records/manifest.js');
  await writeManifest(run.directory, opened.manifest);
  const { analysis, tables } = await analyze(opened, { waitS: 0, insecure: false });
  tables.close();
  return analysis;
}

/** What OpenWhisk's records say of a warm activation without waitTime: neither cold nor warm, no wait, no execution. */
const withoutWait = (row: ActivationRow): ActivationRow =>
  row.cold === true ? row : { ...row, cold: null, wait_ms: null, latency_ms: null, execution_ms: null };

test('where only cold starts are known by their init, no share stands as if it were that of all', async () => {
  const { overall, cold_starts, warnings, thresholds, functions, ...rest } = await analysisOf(
    { activation: withoutWait, dropped: false },
    { cold_share: '< 0.5' },
  );
  // of 600 executions the cold ones are known, and no other
  const cold = overall.cold_count;
  expect(cold).toBeGreaterThan(5);
  const note = `known of ${cold} of 600 executions only (${cold} cold), which may be of one kind`;
  expect(overall.cold_share).toEqual({ value: null, low: null, high: null, n: cold, method: 'none', note });
  expect(overall.cold_unknown).toBe(600 - cold);
  expect(cold_starts).toMatchObject({ count: cold, known: cold });
  expect(coldStartLines({ cold_starts } as Analysis)).toEqual([`cold starts: ${note}`]);
  expect(thresholds).toEqual([
    { name: 'cold_share', scope: 'overall', condition: '< 0.5', value: null, met: null, note },
  ]);
  expect(warnings).toContain(`the threshold cold_share < 0.5 (overall) cannot be judged: ${note}`);
  const text = summaryText({ ...rest, overall, cold_starts, warnings, thresholds, functions });
  const hello = functions[0]!;
  expect(text.replaceAll(/\n {2}/g, ' ')).toContain(
    `² hello, of ${hello.planned} invocations: cold of ${hello.cold_count}, wait of ${hello.cold_count}, execution of ${hello.cold_count}; of the others it is not recorded`,
  );
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test('a share is that of all where no more than one in a hundred is unknown', () => {
  // 1 of 100 is 1 %, 2 of 101 more
  expect([whyNoShare(99, 5, 1), whyNoShare(0, 0, 50)]).toEqual([null, null]);
  expect(whyNoShare(99, 5, 2)).toBe('known of 99 of 101 executions only (5 cold), which may be of one kind');
});

test('figures of all invocations carry no mark', async () => {
  expect(summaryText(await analysisOf({ dropped: false }))).not.toContain('²');
});

test('negative parts are counted for everyone and flagged in the details, whose tables fit a terminal', async () => {
  let nth = 0;
  const functions: [string, string, string] = ['a-function-with-a-very-long-name', 'sleep', 'cpu'];
  const run = await makeRun(folder, {
    functions,
    dropped: false,
    // a wait a second too long makes network and front negative
    activation: (row) =>
      (nth += 1) % 60 === 0 ? { ...row, wait_ms: row.wait_ms! + 1000, latency_ms: row.latency_ms! + 1000 } : row,
  });
  const { analysis, tables } = await analyze(await openRun(run.directory), { waitS: 0, insecure: false });
  expect(summaryText(analysis)).toContain('in 10 of 600 invocations a part of the response time is negative');
  analysis.stat[0]!.distribution = 'Poisson + Uniform + a profile';
  const details = await verboseText(analysis, tables);
  tables.close();
  expect(details).toMatch(/mean of part +all \(\d+, \d+ negative\)/);
  const [stat] = details.split('\n\n').filter((block) => block.startsWith('stat'));
  for (const line of stat!.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test('a threshold on a quantile is judged from ten rows beyond it on', async () => {
  const conditions = { 'response_ms.p99': '< 1', 'response_ms.p98': '< 1', 'response_ms.p100': '< 1' };
  const { thresholds, warnings } = await analysisOf({ rows: 520, dropped: false }, conditions);
  // of 520 rows 5.2 lie beyond the p99, which needs 10/(1 − 0.99) = 1,000; the p98 needs 500; p100 is the greatest
  expect(thresholds.map(({ met, note }) => [met, note])).toEqual([
    [null, 'too few (520 < 1,000)'],
    [false, null],
    [false, null],
  ]);
  expect(warnings).toContain('the threshold response_ms.p99 < 1 (overall) cannot be judged: too few (520 < 1,000)');
});
