import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { costOf, type CostOptions } from '../../../analyzer/cost/cost.js';
import type { Cost } from '../../../analyzer/cost/model.js';
import { joinRun } from '../../../analyzer/join.js';
import type { ActivationRow } from '../../../records/activations.js';
import { openTables } from '../../../records/tables.js';
import { writeActivations } from '../../../records/write-activations.js';
import { makeRun, type FixtureOptions, type FixtureRun } from '../../support/run-fixture.js';

export interface PricedOptions extends FixtureOptions, CostOptions {
  /** what lies in activations.parquet instead of one record for each invocation */
  records?: (rows: ActivationRow[]) => ActivationRow[];
}

/** The cost of a fixture run, read from its files as the analyzer reads them. */
export async function pricedRun({ records, prices, architecture, ...options }: PricedOptions): Promise<{
  cost: Cost;
  run: FixtureRun;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-cost-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const run = await makeRun(folder, { dropped: false, ...options });
  if (records !== undefined) run.activations = records(run.activations);
  const tables = await openTables();
  try {
    if (records !== undefined)
      await writeActivations(tables, join(run.directory, 'activations.parquet'), [run.activations]);
    await joinRun(tables, run.directory);
    return { run, cost: await costOf(tables, run.manifest, { prices, architecture }) };
  } finally {
    tables.close();
  }
}

export const MIB = 2 ** 20;

/** A record with what its REPORT line tells, as the analyzer reads it. */
export function reported(
  row: ActivationRow,
  { durationMs, initMs, billedMs, mib }: { durationMs: number; initMs?: number; billedMs: number | null; mib: number },
): ActivationRow {
  return {
    ...row,
    start_ms: null,
    end_ms: null,
    wait_ms: null,
    latency_ms: null,
    kind: null,
    duration_ms: durationMs + (initMs ?? 0),
    init_ms: initMs ?? null,
    execution_ms: durationMs,
    cold: initMs !== undefined,
    billed_ms: billedMs,
    memory_limit_bytes: mib * MIB,
  };
}

/** A manifest's endpoint of a run on AWS. */
export function awsEndpoint(region: string) {
  return { kind: 'lambda', url: `https://lambda.${region}.amazonaws.com`, region };
}
