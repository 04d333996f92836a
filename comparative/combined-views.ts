import { quoteName, quoteText, type Tables } from '../records/tables.js';
import { STAT_COLUMNS } from '../records/write-archive.js';
import { PERF_COLUMNS, TEST_COLUMNS, type Columns } from './columns.js';
import type { Merged, MergedRun } from './merged.js';
import { readAs } from './not-finite.js';

/** What each combined table carries beside the archive's own columns. */
const IDENTITY: Columns = {
  test: 'VARCHAR',
  run_id: 'VARCHAR',
  test_category: 'VARCHAR',
  distribution: 'VARCHAR',
  rate: 'DOUBLE',
};

/** The column that says from which file a row came; by it a row finds its run, whatever the file itself says. */
const FILE = 'faaslab_file';

/** `combined_perf_<tool>`: the view of a tool's counters. */
export function perfTableName(tool: string): string {
  return `combined_perf_${tool}`;
}

/** Makes the views `combined_test`, `combined_stat` and `combined_perf_<tool>`. */
export async function createCombined(merged: Merged, tables: Tables): Promise<void> {
  await createRuns(merged.runs, tables);
  await createStat(merged.runs, tables);
  await createTest(merged.runs, tables);
  for (const tool of merged.tools) await createPerf(tool, merged.runs, tables);
}

/** `merged_files`: which run a file belongs to. */
async function createRuns(runs: MergedRun[], tables: Tables): Promise<void> {
  await tables.run(
    'CREATE OR REPLACE TABLE merged_files (file VARCHAR, run_id VARCHAR, test VARCHAR, test_category VARCHAR)',
  );
  const rows = runs.flatMap((run) =>
    [run.testFile, run.statFile, ...Object.values(run.perfFiles)]
      .filter((file) => file !== null)
      .map((file) => `(${[file, run.run_id, run.test, run.test_category].map(quoteText).join(', ')})`),
  );
  await tables.run(`INSERT INTO merged_files VALUES ${rows.join(', ')}`);
}

async function createStat(runs: MergedRun[], tables: Tables): Promise<void> {
  const files = runs.flatMap((run) => run.statFile ?? []);
  // A few rows a run, asked for again and again: read once.
  await tables.run(`CREATE OR REPLACE TABLE merged_stat AS
    SELECT f.test, f.run_id, f.test_category, s.distribution, s.rate, ${rest('s')}
    FROM (${unitedFiles(files, STAT_COLUMNS)}) s JOIN merged_files f ON f.file = s.${FILE}`);
  await tables.run('CREATE OR REPLACE VIEW combined_stat AS SELECT * FROM merged_stat');
}

async function createTest(runs: MergedRun[], tables: Tables): Promise<void> {
  // Grouped, so that an archive with two stat rows of one instance cannot double the rows of the test.
  await tables.run(`CREATE OR REPLACE TABLE instance_load AS
    SELECT run_id, name AS instance, any_value(distribution) AS distribution, any_value(rate) AS rate
    FROM merged_stat WHERE scope = 'instance' GROUP BY ALL`);
  await tables.run(`CREATE OR REPLACE VIEW combined_test AS
    SELECT f.test, f.run_id, f.test_category, l.distribution, l.rate, ${rest('t')}
    FROM (${unitedFiles(
      runs.map((run) => run.testFile),
      TEST_COLUMNS,
    )}) t
    JOIN merged_files f ON f.file = t.${FILE}
    LEFT JOIN instance_load l ON l.run_id = f.run_id AND l.instance = t.instance`);
}

/** A host's counters belong to the whole run: their rate is the sum over its instances, their distribution the common one. */
async function createPerf(tool: string, runs: MergedRun[], tables: Tables): Promise<void> {
  const files = runs.flatMap((run) => run.perfFiles[tool] ?? []);
  await tables.run(`CREATE OR REPLACE VIEW ${quoteName(perfTableName(tool))} AS
    WITH run_load AS (
      SELECT run_id, sum(rate) AS rate,
        CASE WHEN count(DISTINCT distribution) > 1 THEN 'mixed' ELSE any_value(distribution) END AS distribution
      FROM instance_load GROUP BY run_id)
    SELECT f.test, f.run_id, f.test_category, l.distribution, l.rate, ${rest('p')}
    FROM (${unitedFiles(files, PERF_COLUMNS)}) p
    JOIN merged_files f ON f.file = p.${FILE}
    LEFT JOIN run_load l ON l.run_id = f.run_id`);
}

/**
 * The joined rows of one run alone, with columns of TEST_COLUMNS that are null where its file lacks them, or has no finite number: what a
 * select reads instead of opening every archive. Naming the columns spares the planning of all of them.
 */
export function rowsOfRun(run: MergedRun, columns: readonly string[] = Object.keys(TEST_COLUMNS)): string {
  const lacking = new Set(run.missing);
  const typed = columns.map((name) => {
    const type = TEST_COLUMNS[name]!;
    return `${lacking.has(name) ? `NULL::${type}` : readAs(quoteName(name), type)} AS ${quoteName(name)}`;
  });
  return `(SELECT ${typed.join(', ')} FROM read_parquet(${quoteText(run.testFile)}))`;
}

function rest(alias: string): string {
  return `${alias}.* EXCLUDE (${[...Object.keys(IDENTITY), FILE].map(quoteName).join(', ')})`;
}

/** Files as one table in which the named columns exist with their types, whichever of them a file has; numbers are finite or null. */
function unitedFiles(files: string[], columns: Columns): string {
  const expected = { ...columns, ...IDENTITY };
  const nothing = Object.entries({ ...expected, [FILE]: 'VARCHAR' })
    .map(([name, type]) => `NULL::${type} AS ${quoteName(name)}`)
    .join(', ');
  if (files.length === 0) return `SELECT ${nothing} WHERE false`;
  const list = files.map(quoteText).join(', ');
  const typed = Object.entries(expected).map(
    ([name, type]) => `${readAs(quoteName(name), type)} AS ${quoteName(name)}`,
  );
  return `SELECT * REPLACE (${typed.join(', ')}) FROM (
    SELECT ${nothing} WHERE false
    UNION ALL BY NAME
    SELECT * FROM read_parquet([${list}], union_by_name = true, filename = '${FILE}'))`;
}
