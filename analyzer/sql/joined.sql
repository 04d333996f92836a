-- One row for every planned invocation, with the last attempt of its activation beside it: what figures are made of. Texts
-- that only few questions need (ids, results, messages) stay in their files: see joined_whole.sql. Names are kept as
-- numbers, for a million rows of times take room enough.
CREATE OR REPLACE TEMP TABLE joined_rows AS
SELECT
  i.seq,
  i.instance::instance_name AS instance,
  i.function::function_name AS function,
  i.planned_ms,
  i.fired_ms,
  i.sent_ms,
  i.end_ms,
  i.outcome::outcome_word AS outcome,
  i.error::error_word AS error,
  i.status,
  a.start_ms,
  a.end_ms AS platform_end_ms,
  a.duration_ms,
  a.wait_ms,
  a.init_ms,
  a.latency_ms,
  a.execution_ms,
  a.cold,
  a.success,
  a.worker::worker_name AS worker,
  a.attempts
FROM invocations AS i LEFT JOIN last_attempts AS a USING (activation_id);
-- Columns that both sides have keep their name for the client's word; the platform's gets the prefix platform_. The macros
-- are those of records/client-times.ts: the invoker's figures are made by the same.
CREATE OR REPLACE TEMP VIEW joined AS
SELECT
  * REPLACE (
    instance::VARCHAR AS instance,
    function::VARCHAR AS function,
    outcome::VARCHAR AS outcome,
    error::VARCHAR AS error,
    worker::VARCHAR AS worker
  ),
  -- 202 says that the work was taken, not that it was done
  is_accepted(outcome::VARCHAR, status) AS accepted,
  response_time(outcome::VARCHAR, error::VARCHAR, status, planned_ms, end_ms) AS response_ms,
  service_time(outcome::VARCHAR, error::VARCHAR, status, sent_ms, end_ms) AS service_ms,
  acceptance_time(outcome::VARCHAR, status, planned_ms, end_ms) AS acceptance_ms,
  fired_ms - planned_ms AS lateness_ms,
  send_lag(error::VARCHAR, planned_ms, sent_ms, end_ms) AS send_lag_ms,
  sent_ms - fired_ms AS send_wait_ms,
  -- where the client stopped waiting before the activation ended, the parts do not make up what it waited
  CASE WHEN error::VARCHAR IS DISTINCT FROM 'still_running' AND error::VARCHAR IS DISTINCT FROM 'timeout'
    THEN service_time(outcome::VARCHAR, error::VARCHAR, status, sent_ms, end_ms) - latency_ms END AS network_front_ms,
  (outcome::VARCHAR <> 'ok' OR coalesce(NOT success, false)) AS failed
FROM joined_rows;
