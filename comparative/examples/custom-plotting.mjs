/**
 * An example for `ComparativeAnalyzer -s TS -c custom-plotting.mjs`: the median and the 90th percentile of each function.
 *
 * @param tests the table combined_test: `await tests.rows()`, or `await tests.query(sql)`, where the SQL (DuckDB) may read
 *              combined_test, combined_stat and combined_perf_<tool>
 * @param perfs a table for each monitoring tool, by its name; empty where no run was monitored
 * @returns     Vega-Lite specifications by name; each becomes custom-<name>.svg and .png
 */
export async function ComparativePlotting(tests, perfs) {
  const latency = await tests.query(`
    SELECT test, function, quantile_cont(latency_ms, 0.5) AS median_ms, quantile_cont(latency_ms, 0.9) AS p90_ms
    FROM combined_test WHERE latency_ms IS NOT NULL
    GROUP BY test, function ORDER BY test, function`);
  const specs = {
    'median-latency': {
      title: 'Latency of each function, median to 90 %',
      data: { values: latency },
      height: { step: 22 },
      encoding: {
        y: { field: 'function', type: 'nominal', title: null },
        yOffset: { field: 'test', type: 'nominal' },
        color: { field: 'test', type: 'nominal' },
      },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: {
            x: { field: 'median_ms', type: 'quantitative', title: 'latency (ms)' },
            x2: { field: 'p90_ms' },
          },
        },
        {
          mark: { type: 'point', size: 60, opacity: 1 },
          encoding: { x: { field: 'median_ms', type: 'quantitative' } },
        },
      ],
    },
  };
  if (perfs.perf !== undefined) {
    const samples = await perfs.perf.query('SELECT test, count(*) AS samples FROM combined_perf_perf GROUP BY test');
    specs['perf-samples'] = {
      data: { values: samples },
      mark: 'bar',
      encoding: {
        x: { field: 'samples', type: 'quantitative' },
        y: { field: 'test', type: 'nominal' },
      },
    };
  }
  return specs;
}
