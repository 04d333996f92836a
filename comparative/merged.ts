import type { Manifest } from '../records/manifest.js';

/** A run as the comparison sees it: an archive that can be read, and what its tables hold. */
export interface MergedRun {
  run_id: string;
  /** the archive's own name for the test: the config's, or what `--override_testname` made of it */
  test: string;
  test_category: string;
  archive: string;
  folder: string;
  tags: string[];
  startEpochMs: number | null;
  rows: number;
  manifest: Manifest;
  testFile: string;
  /** columns that its test.parquet lacks */
  missing: string[];
  statFile: string | null;
  /** by tool */
  perfFiles: Record<string, string>;
}

export interface Merged {
  /** the oldest first; each run_id once */
  runs: MergedRun[];
  /** further archives of runs that are already counted */
  duplicates: MergedRun[];
  /** archives that were left out, with their reason */
  skipped: { name: string; problem: string }[];
  /** what is not as in the other archives, one sentence each */
  notes: string[];
  /** tools for which there is a `combined_perf` */
  tools: string[];
}
