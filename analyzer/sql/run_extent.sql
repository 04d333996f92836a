-- The last moment of which the run knows anything, milliseconds since plan zero; how many executions it knows, and of how
-- many the worker.
SELECT
  greatest((SELECT greatest(max(planned_ms), max(end_ms)) FROM joined_rows), max(finish_ms)) AS last_ms,
  any_value(offset_ms) AS offset_ms,
  count(seq) AS executions,
  count(worker) AS workers_told
FROM run_clock LEFT JOIN activity ON true;
