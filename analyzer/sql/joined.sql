-- One row for every planned invocation, with the last attempt of its activation beside it.
-- Columns that both sides have keep their name for the client's word; the platform's gets the prefix platform_.
CREATE OR REPLACE TABLE joined AS
WITH ranked AS (
  SELECT
    *,
    count(*) OVER of_one AS attempts,
    row_number() OVER (of_one ORDER BY attempt DESC, start_ms DESC NULLS LAST) AS from_last
  FROM activations
  WHERE cause IS NULL
  WINDOW of_one AS (PARTITION BY activation_id)
),
together AS (
  SELECT
    i.*,
    a.namespace,
    a.function AS platform_function,
    a.kind,
    a.attempt,
    a.start_ms,
    a.end_ms AS platform_end_ms,
    a.duration_ms,
    a.wait_ms,
    a.init_ms,
    a.restore_ms,
    a.latency_ms,
    a.execution_ms,
    a.cold,
    a.success,
    a.status_code,
    a.error AS platform_error,
    a.worker,
    a.log_stream,
    a.memory_limit_bytes,
    a.max_memory_bytes,
    a.billed_ms,
    a.cause,
    a.result,
    a.attempts,
    -- 202 says that the work was taken, not that it was done
    coalesce(i.status = 202, false) AS accepted
  FROM invocations AS i
  LEFT JOIN (SELECT * FROM ranked WHERE from_last = 1) AS a USING (activation_id)
)
SELECT
  *,
  CASE WHEN outcome IN ('ok', 'failed') AND NOT accepted THEN end_ms - planned_ms END AS response_ms,
  CASE WHEN outcome IN ('ok', 'failed') AND NOT accepted THEN end_ms - sent_ms END AS service_ms,
  CASE WHEN outcome IN ('ok', 'failed') AND accepted THEN end_ms - planned_ms END AS acceptance_ms,
  fired_ms - planned_ms AS lateness_ms,
  sent_ms - planned_ms AS send_lag_ms,
  sent_ms - fired_ms AS send_wait_ms,
  CASE WHEN outcome IN ('ok', 'failed') AND NOT accepted THEN end_ms - sent_ms - latency_ms END AS network_front_ms,
  (outcome <> 'ok' OR coalesce(NOT success, false)) AS failed
FROM together
ORDER BY seq;
