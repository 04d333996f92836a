-- The last moment of which the run knows anything, milliseconds since plan zero; how many executions it knows, and of how
-- many the worker. One broken end on the platform must not stretch the axis: what ends later than it can is in the last bin.
SELECT
  greatest(any_value(last_ms), max(finish_ms) FILTER (finish_ms <= latest_end_ms)) AS last_ms,
  any_value(offset_ms) AS offset_ms,
  count(seq) AS executions,
  count(worker) AS workers_told
FROM run_clock, run_bounds LEFT JOIN activity ON true;
