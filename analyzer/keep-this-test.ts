import { rename } from 'node:fs/promises';
import { messageOf, RecordsError } from '../common/errors.js';
import type { ActivationSource } from '../platforms/platform.js';
import { quoteText, type Tables } from '../records/tables.js';
import type { ActivationSpool } from '../records/write-activations.js';
import { sqlOf } from './sql.js';

/**
 * Makes `activations.parquet` of what was fetched (the view `fetched` over the spool). Rows go from file to file: only ids
 * are held. Where one file holds exactly what was expected, it only takes its place.
 */
export async function keepThisTest(
  tables: Tables,
  spool: ActivationSpool,
  target: string,
  { fromLogs = false }: ActivationSource,
): Promise<void> {
  try {
    const [only, ...others] = spool.parts();
    const [told] = await tables.query<{ is_all: boolean }>(sqlOf(fromLogs ? 'is_this_test_from_logs' : 'is_this_test'));
    if (told!.is_all && only !== undefined && others.length === 0) {
      await rename(only, target);
      return;
    }
    if (fromLogs) {
      await tables.run(sqlOf('of_this_test_from_logs'));
      await tables.writeParquet(sqlOf('kept_from_logs'), target);
      return;
    }
    await tables.run(sqlOf('of_this_test'));
    await tables.writeParquet(
      'SELECT * EXCLUDE (filename, file_row_number) FROM fetched SEMI JOIN of_this_test USING (filename, file_row_number)',
      target,
    );
  } catch (error) {
    throw new RecordsError(`${target} cannot be written: ${messageOf(error)}`);
  }
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
