import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { FaaslabError, messageOf, RecordsError } from '../common/errors.js';
import { besidePath, forgetBegun } from '../common/files.js';
import type { ActivationSource } from '../platforms/platform.js';
import { quoteText, type Tables } from '../records/tables.js';
import type { ActivationSpool } from '../records/write-activations.js';
import { sqlOf } from './sql.js';

/** What was fetched: the view `fetched` over the spool, and how many of its parts there were after each reading. */
export interface Fetched {
  spool: ActivationSpool;
  partsAfterReading: readonly number[];
}

/**
 * Makes `activations.parquet` of what was fetched. Rows go from file to file: only ids are held. Where one file holds
 * exactly what was expected, it only takes its place. Records that lay there before, and of whose activation nothing was
 * read now, stay: a source that knows fewer (a database that was cleaned up, one file of several) takes nothing away.
 *
 * @returns how many records of before stayed
 */
export async function keepThisTest(
  tables: Tables,
  { spool, partsAfterReading }: Fetched,
  target: string,
  source: ActivationSource,
  warn: (warning: string) => void,
): Promise<number> {
  const { fromLogs = false } = source;
  const beside = besidePath(target);
  try {
    const [only, ...others] = spool.parts();
    const [told] = await tables.query<{ is_all: boolean }>(sqlOf(fromLogs ? 'is_this_test_from_logs' : 'is_this_test'));
    if (told!.is_all && only !== undefined && others.length === 0) await rename(only, beside);
    else if (fromLogs) {
      await tables.run(sqlOf('of_this_test_from_logs'));
      await tables.writeParquet(sqlOf('kept_from_logs'), beside);
    } else {
      await tables.run(sqlOf('of_this_test'));
      await warnOfCopies(tables, spool, partsAfterReading, source, warn);
      await tables.writeParquet(
        'SELECT * EXCLUDE (filename, file_row_number) FROM fetched SEMI JOIN of_this_test USING (filename, file_row_number)',
        beside,
      );
    }
    const kept = await keepWhatWasThere(tables, { newly: beside, target, fromLogs });
    if (kept === 0) await rename(beside, target);
    return kept;
  } catch (error) {
    if (error instanceof FaaslabError || (error as Error).name === 'AbortError') throw error;
    throw new RecordsError(`${target} cannot be written: ${messageOf(error)}`);
  } finally {
    await rm(beside, { force: true });
    forgetBegun(beside);
  }
}

/** Writes the target anew where something of it must stay. @returns how many records that were */
async function keepWhatWasThere(
  tables: Tables,
  { newly, target, fromLogs }: { newly: string; target: string; fromLogs: boolean },
): Promise<number> {
  if (!existsSync(target)) return 0;
  await tables.view('newly', newly);
  await tables.view('before', target);
  await tables.run(sqlOf(fromLogs ? 'kept_before_of_logs' : 'kept_before'));
  const [row] = await tables.query<{ n: number }>('SELECT count(*) AS n FROM kept_before');
  if (row!.n > 0) await tables.writeParquet('SELECT * FROM merged', target);
  return row!.n;
}

/** Says how many records came more than once, which a sound source does not give. */
async function warnOfCopies(
  tables: Tables,
  spool: ActivationSpool,
  partsAfterReading: readonly number[],
  { place }: ActivationSource,
  warn: (warning: string) => void,
): Promise<void> {
  const readings = spool.parts().map((_, part) => partsAfterReading.findIndex((parts) => part < parts));
  const paths = spool.parts().map(quoteText).join(', ');
  await tables.run(
    `CREATE OR REPLACE TEMP TABLE readings AS SELECT unnest([${paths}]) AS filename, unnest([${readings.join(', ')}]) AS reading`,
  );
  const [row] = await tables.query<{ left_out: number; differing: number }>(sqlOf('copies_told'));
  const { left_out, differing } = row!;
  if (left_out === 0 && differing === 0) return;
  const which =
    differing === 0 ? '' : `; the records of ${differing} activations differ, and the one that ended last counts`;
  warn(`${place}: ${left_out} records were left out whose activation had one already${which}`);
}

/** Says how many fields of the records were unusable. */
export async function warnOfOddFields(
  tables: Tables,
  target: string,
  { place }: ActivationSource,
  warn: (warning: string) => void,
): Promise<void> {
  const kinds = await tables.query<{ odd: string; n: number }>(
    `SELECT odd, count(*) AS n FROM read_parquet(${quoteText(target)}) WHERE odd IS NOT NULL GROUP BY odd`,
  );
  const counts = new Map<string, number>();
  for (const { odd, n } of kinds) for (const field of odd.split(' ')) counts.set(field, (counts.get(field) ?? 0) + n);
  if (counts.size === 0) return;
  const fields = [...counts]
    .sort()
    .map(([field, n]) => `${field} ${n}×`)
    .join(', ');
  warn(`${place}: fields without a usable value were read as absent: ${fields}`);
}
