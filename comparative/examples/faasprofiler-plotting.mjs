/**
 * What the `ComparativePlotting(t_df, p_df_dic)` does that FaaSProfiler comes with, for
 * `ComparativeAnalyzer -s TS -c faasprofiler-plotting.mjs`: start against latency in seconds, coloured by test; and the
 * new dimensions of perf's counters that it suggests in its comments, where the counters were recorded.
 *
 * t_df is `tests`: 'start' is start_rel_ms, 'latency' latency_ms, 'duration' duration_ms, 'execution' execution_ms, 'test' test.
 * p_df_dic['perf_records'] is `perfs.perf`, p_df_dic['pqos_records'] `perfs.pqos`; absent where no run was monitored.
 */
export async function ComparativePlotting(tests, perfs) {
  const scatter = {
    data: {
      // A picture of a million points says no more than one of some thousand, drawn by lot.
      values: await tests.query(`
        SELECT test, start_rel_ms / 1000 AS start, latency_ms / 1000 AS latency
        FROM combined_test WHERE latency_ms IS NOT NULL ORDER BY hash(run_id, seq) LIMIT 5000`),
    },
    mark: { type: 'point', filled: true, opacity: 0.5 },
    encoding: {
      x: { field: 'start', type: 'quantitative', title: 'start (s)' },
      y: { field: 'latency', type: 'quantitative', title: 'latency (s)' },
      color: { field: 'test', type: 'nominal' },
    },
  };
  const specs = { sample_comparative_plot: scatter };

  const counters = await columnsOf(perfs.perf);
  const cycles = ['cycles', 'cpu-cycles'].find((name) => counters.includes(name));
  if (counters.includes('instructions') && cycles !== undefined) {
    specs.ipc = overTime(
      'instructions per cycle',
      await perfs.perf.query(`
        SELECT test, time_ms / 1000 AS time_s, instructions / nullif("${cycles}", 0) AS value FROM ${perfs.perf.name}`),
    );
  }
  if (counters.includes('instructions') && counters.includes('page-faults')) {
    specs.page_faults = overTime(
      'page faults per million instructions',
      await perfs.perf.query(`
        SELECT test, time_ms / 1000 AS time_s, 1000000 * "page-faults" / nullif(instructions, 0) AS value
        FROM ${perfs.perf.name}`),
    );
  }
  return specs;
}

async function columnsOf(table) {
  if (table === undefined) return [];
  const columns = await table.query(`SELECT column_name FROM (DESCRIBE ${table.name})`);
  return columns.map(({ column_name }) => column_name);
}

function overTime(title, values) {
  return {
    data: { values },
    mark: 'line',
    encoding: {
      x: { field: 'time_s', type: 'quantitative', title: 'time (s)' },
      y: { field: 'value', type: 'quantitative', title },
      color: { field: 'test', type: 'nominal' },
    },
  };
}
