import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../common/package-root.js';

export const FIXTURES = join(packageRoot, 'tests', 'fixtures', 'traces');

/** A file with this content, gone after the use. */
export async function inFile<T>(content: string | Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'faaslab-trace-'));
  try {
    const path = join(folder, 'trace.csv');
    await writeFile(path, content);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A hash as the Azure traces have them. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export const HEADER_2019 = `HashOwner,HashApp,HashFunction,Trigger,${Array.from({ length: 1_440 }, (_, i) => i + 1).join(',')}`;

/** A row of a day: what a minute has not is 0. Minutes count from 0. */
export function row2019(parts: [string, string, string], perMinute: Record<number, number | string>): string {
  return [...parts, 'http', ...Array.from({ length: 1_440 }, (_, minute) => perMinute[minute] ?? 0)].join(',');
}

export const HEADER_DURATIONS =
  'HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_1,' +
  'percentile_Average_25,percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100';
