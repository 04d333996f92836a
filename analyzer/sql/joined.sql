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
    is_accepted(i.outcome, i.status) AS accepted
  FROM invocations AS i
  LEFT JOIN (SELECT * FROM ranked WHERE from_last = 1) AS a USING (activation_id)
)
SELECT
  *,
  -- the macros are those of records/client-times.ts: the invoker's figures are made by the same
  response_time(outcome, error, status, planned_ms, end_ms) AS response_ms,
  service_time(outcome, error, status, sent_ms, end_ms) AS service_ms,
  acceptance_time(outcome, status, planned_ms, end_ms) AS acceptance_ms,
  fired_ms - planned_ms AS lateness_ms,
  send_lag(error, planned_ms, sent_ms, end_ms) AS send_lag_ms,
  sent_ms - fired_ms AS send_wait_ms,
  -- where the client stopped waiting before the activation ended, the parts do not make up what it waited
  CASE WHEN error IS DISTINCT FROM 'still_running' AND error IS DISTINCT FROM 'timeout'
    THEN service_time(outcome, error, status, sent_ms, end_ms) - latency_ms END AS network_front_ms,
  (outcome <> 'ok' OR coalesce(NOT success, false)) AS failed
FROM together
ORDER BY seq;
