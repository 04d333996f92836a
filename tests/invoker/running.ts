import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLog, type Log } from '../../common/log.js';
import { run, type RunOptions, type RunResult } from '../../invoker/run.js';
import type { InvocationRow } from '../../records/invocations.js';
import { openTables } from '../../records/tables.js';
import type { Workload } from '../../workload/model.js';
import { emptyFolder } from '../support/programs.js';

/** A log that shows nothing. */
export function silentLog(): Log {
  return openLog({ name: 'TEST', screen: () => undefined });
}

export function never(): AbortSignal {
  return new AbortController().signal;
}

/** Runs a workload in an empty folder. */
export function runIn(workload: Workload, given: Partial<RunOptions> = {}): Promise<RunResult> {
  return run(workload, {
    out: emptyFolder(),
    insecure: false,
    interruption: { stop: never(), stopNow: never() },
    log: silentLog(),
    ...given,
  });
}

/** All rows of `invocations.parquet`, in its order. */
export async function invocationsOf(directory: string): Promise<InvocationRow[]> {
  const tables = await openTables();
  try {
    await tables.view('invocations', join(directory, 'invocations.parquet'));
    return await tables.query<InvocationRow>('SELECT * FROM invocations');
  } finally {
    tables.close();
  }
}

export function readText(directory: string, name: string): string {
  return readFileSync(join(directory, name), 'utf8');
}

/** The quantile by nearest rank. */
export function quantile(values: number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)]!;
}
