import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FaaslabError, messageOf, RecordsError, systemErrorCode } from '../common/errors.js';
import { RUN_FILES } from '../records/run-directory.js';
import { openTables, quoteText } from '../records/tables.js';

/**
 * Does something with the tables of a run. Where it fails and one of them cannot be read to its end, the table is to blame:
 * a Parquet file is opened by its last bytes, and pages that are damaged come to light only when some column of them is read.
 *
 * @throws RecordsError that names the file; else what was thrown
 */
export async function blamingDamage<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FaaslabError || systemErrorCode(error) !== undefined) throw error;
    for (const file of [RUN_FILES.invocations, RUN_FILES.activations]) {
      const path = join(directory, file);
      const why = existsSync(path) ? await damageIn(path) : null;
      if (why === null) continue;
      const todo =
        file === RUN_FILES.activations
          ? 'remove it and read the records again'
          : 'take it from a backup, or run the test again';
      throw new RecordsError(`${path} is damaged (${why}); ${todo}`, { cause: error });
    }
    throw error;
  }
}

/** Reads every value; why that fails, or null. */
async function damageIn(path: string): Promise<string | null> {
  const tables = await openTables();
  try {
    await tables.query(`SELECT bit_xor(hash(whole)) FROM read_parquet(${quoteText(path)}) AS whole`);
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    tables.close();
  }
}
