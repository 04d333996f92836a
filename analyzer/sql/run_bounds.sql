-- Between which moments of the platform, in milliseconds since plan zero, what belongs to a run can lie: starts no further from
-- the run than it is long and ten minutes (a few records may have broken clocks; what is put off waits that long), ends no
-- later than ten minutes after the client's last. Null where no clock was judged: then none is known to be wrong.
CREATE OR REPLACE TEMP TABLE run_bounds AS
SELECT
  offset_ms - zero_epoch_ms AS shift_ms,
  last_ms,
  CASE WHEN offset_ms IS NOT NULL THEN -last_ms - $margin_ms END AS earliest_start_ms,
  CASE WHEN offset_ms IS NOT NULL THEN 2 * last_ms + $margin_ms END AS latest_start_ms,
  last_ms + $margin_ms AS latest_end_ms
FROM run_clock, (SELECT coalesce(greatest(max(planned_ms), max(end_ms)), 0) AS last_ms FROM joined_rows);
