-- What was executed, and when, in milliseconds since plan zero: arrival (start − wait), begin (with the init, which Lambda's
-- start lies behind), finish. An execution whose times the platform does not tell, but of which the platform or an answer says
-- that it was one, has the client's: from sent to end, an upper bound. Needs the joined rows
-- and `run_clock`.
CREATE OR REPLACE TEMP VIEW activity AS
WITH placed AS (
  SELECT
    joined_rows.*,
    start_ms IS NOT NULL AND platform_end_ms IS NOT NULL AS told,
    coalesce(offset_ms, 0) - zero_epoch_ms AS shift_ms,
    CASE WHEN starts_after_init THEN coalesce(init_ms, 0) ELSE 0 END AS before_start_ms
  FROM joined_rows, run_clock
)
SELECT
  seq,
  function,
  cold,
  worker,
  accepted,
  failed,
  NOT told AS by_client,
  CASE WHEN told THEN start_ms - before_start_ms + shift_ms ELSE sent_ms END AS begin_ms,
  CASE WHEN told THEN begin_ms - coalesce(wait_ms, 0) ELSE sent_ms END AS arrival_ms,
  CASE WHEN told THEN platform_end_ms + shift_ms ELSE end_ms END AS finish_ms
FROM placed
WHERE told
  OR ((cold IS NOT NULL OR worker IS NOT NULL) AND NOT accepted AND sent_ms IS NOT NULL AND end_ms IS NOT NULL);
