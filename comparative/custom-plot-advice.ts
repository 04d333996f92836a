import { basename } from 'node:path';

/**
 * What to do with a customized plot of the predecessor, which is Python: the same picture as a module, and how to keep
 * pandas for those who want it.
 */
export function equivalentOfPython(file: string): string {
  const module = `${basename(file, '.py')}.mjs`;
  return `${file}: customized plots are JavaScript modules here. The predecessor's default plot as ${module}:

  export function ComparativePlotting(tests, perfs) {
    return tests
      .query('SELECT test, start_rel_ms, latency_ms FROM combined_test ORDER BY hash(run_id, seq) LIMIT 5000')
      .then((values) => ({
        data: { values },
        mark: 'point',
        encoding: {
          x: { field: 'start_rel_ms', type: 'quantitative' },
          y: { field: 'latency_ms', type: 'quantitative' },
          color: { field: 'test', type: 'nominal' },
        },
      }));
  }

To stay with pandas, write the tables with --tables and read them:

  import pandas as pd
  t_df = pd.read_parquet('comparisons/<time>/tables/combined_test.parquet')`;
}
