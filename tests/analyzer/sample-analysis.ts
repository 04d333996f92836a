import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeActivity } from '../../analyzer/activity.js';
import { coldStarts } from '../../analyzer/cold-starts.js';
import { takeMeasuredWorkers } from '../../analyzer/measured-workers.js';
import { runSeries } from '../../analyzer/run-series.js';
import { PART_NAMES, type Analysis, type GroupFigures, type Moments, type Parts } from '../../analyzer/analysis.js';
import { costOf } from '../../analyzer/cost/cost.js';
import { joinRun, type JoinedRow } from '../../analyzer/join.js';
import { viewResponses } from '../../records/responses.js';
import { openTables, type Tables } from '../../records/tables.js';
import type { Estimate } from '../../statistics/estimate.js';
import { estimateMean, estimateQuantile } from '../../statistics/intervals.js';
import { meanOf, quantileOf, varianceOf } from '../../statistics/quantiles.js';
import { estimateShare } from '../../statistics/share.js';
import { makeRun, type FixtureOptions } from '../support/run-fixture.js';

export interface Sample {
  folder: string;
  directory: string;
  analysis: Analysis;
  tables: Tables;
  close(): Promise<void>;
}

/** A fixture run with its table `joined` and an analysis of it, figured plainly here so that pictures can be tested alone. */
export async function sampleRun(options: FixtureOptions = {}): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-sample-'));
  const { directory } = await makeRun(folder, options);
  const tables = await openTables();
  await joinRun(tables, directory);
  await viewResponses(tables, directory);
  return {
    folder,
    directory,
    tables,
    analysis: await analysisOf(tables, directory),
    async close() {
      tables.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function analysisOf(tables: Tables, directory: string): Promise<Analysis> {
  const { readFile } = await import('node:fs/promises');
  const manifest = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as Analysis['manifest'];
  const measured = await takeMeasuredWorkers(tables);
  await placeActivity(tables, manifest);
  const rows = await tables.query<JoinedRow>('SELECT * FROM joined_whole ORDER BY seq');
  const groups = (by: 'function' | 'instance') =>
    [...new Set(rows.map((row) => row[by]))].map((name) =>
      groupOf(
        name,
        rows.filter((row) => row[by] === name),
      ),
    );
  const of = { overall: groupOf('overall', rows), functions: groups('function') };
  const failed = rows.filter((row) => row.failed);
  const line = { n: 0, init_ms: moments([]), execution_ms: moments([]), latency_ms: moments([]) };
  return {
    format: 'faaslab-analysis/1',
    run_id: manifest.run_id,
    test_name: manifest.test_name,
    manifest,
    ledger: manifest.ledger,
    verdict: manifest.verdict!,
    records: { source: 'records', read: rows.length, expected: rows.length, missing: 0, complete: true },
    period: { seconds: 30, rate_per_s: rows.length / 30 },
    summary: { all: line, warm: line, cold: line },
    ...of,
    instances: groups('instance'),
    stat: [],
    cost: await costOf(tables, manifest, {}),
    cold_starts: await coldStarts(tables, of, measured),
    series: await runSeries(tables, manifest),
    monitoring: { tables: [], pods: null },
    errors: failed.slice(0, 3).map((row) => ({
      function: row.function,
      outcome: row.outcome,
      error: row.error ?? 'function_error',
      status: row.status,
      count: 1,
      example: row.result,
    })),
    thresholds: [],
    warnings: [],
  };
}

function groupOf(name: string, rows: JoinedRow[]): GroupFigures {
  const known = (column: keyof JoinedRow) => rows.flatMap((row) => (row[column] === null ? [] : [Number(row[column])]));
  const quantiles = (column: keyof JoinedRow) => {
    const values = Float64Array.from(known(column));
    const at = (p: number): Estimate => estimateQuantile(values, p);
    return { mean: estimateMean(values), p50: at(0.5), p90: at(0.9), p99: at(0.99) };
  };
  const count = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
  return {
    name,
    function: rows[0]!.function,
    planned: rows.length,
    ok: count('ok'),
    failed: count('failed'),
    dropped: count('dropped'),
    lost: count('lost'),
    answered: known('response_ms').length,
    accepted: known('acceptance_ms').length,
    response_ms: quantiles('response_ms'),
    service_ms: quantiles('service_ms'),
    acceptance_ms: quantiles('acceptance_ms'),
    error_rate: estimateShare(rows.map((row) => row.failed)),
    cold_share: estimateShare(rows.flatMap((row) => (row.cold === null ? [] : [row.cold]))),
    cold_count: rows.filter((row) => row.cold).length,
    cold_unknown: rows.filter((row) => row.attempts !== null && row.kind !== 'sequence' && row.cold === null).length,
    wait_ms: moments(known('wait_ms')),
    init_ms: moments(known('init_ms')),
    execution_ms: moments(known('execution_ms')),
    duration_ms: moments(known('duration_ms')),
    parts: {
      all: partsOf(rows),
      warm: partsOf(rows.filter((row) => row.cold === false)),
      cold: partsOf(rows.filter((row) => row.cold === true)),
    },
  };
}

function partsOf(rows: JoinedRow[]): Parts {
  const known = rows.filter((row) => row.network_front_ms !== null && row.execution_ms !== null);
  const figures = (figure: (values: Float64Array) => number | null) =>
    Object.fromEntries(
      // a warm activation has no init: that part of its response time took no time
      PART_NAMES.map((part) => [
        part,
        part === 'network_front_wait_ms' ? null : figure(Float64Array.from(known, (row) => row[part] ?? 0)),
      ]),
    ) as Parts['mean'];
  return { n: known.length, negative: 0, mean: figures(meanOf), p99: figures((values) => quantileOf(values, 0.99)) };
}

function moments(values: number[]): Moments {
  const sorted = Float64Array.from(values);
  const variance = varianceOf(sorted);
  return {
    n: values.length,
    mean: meanOf(sorted),
    std: variance === null ? null : Math.sqrt(variance),
    p50: quantileOf(sorted, 0.5),
    p99: quantileOf(sorted, 0.99),
  };
}
