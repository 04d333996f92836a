import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../common/process-start.js';
import { SPILL_PREFIX } from '../records/tables.js';

/** `activations.parquet.ndjson.4711-0a1b2c3d.part` */
const BEGUN = /\.(?<pid>\d+)-[0-9a-f]{8}\.part$/;
/** `faaslab-duckdb-4711-…` */
const SPILLED = new RegExp(`^${SPILL_PREFIX}(?<pid>\\d+)-[0-9a-f]{8}-`);

/**
 * Removes what an analysis that was killed could not remove any more: half-written files in the run directory, which may
 * be as large as all that it had read, and what DuckDB spilled. What processes that live are writing stays.
 */
export async function removeLeftovers(runDirectory: string): Promise<void> {
  await removeOfTheDead(runDirectory, BEGUN);
  await removeOfTheDead(join(runDirectory, 'plots'), BEGUN);
  await removeOfTheDead(tmpdir(), SPILLED);
}

async function removeOfTheDead(folder: string, pattern: RegExp): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const pid = pattern.exec(name)?.groups?.['pid'];
    if (pid === undefined || isAlive(Number(pid))) continue;
    // Another user's cannot be removed, and a read-only folder keeps what it has: neither matters here.
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
