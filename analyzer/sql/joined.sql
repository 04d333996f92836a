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
  -- what the cost is made of, beside the times
  a.memory_limit_bytes,
  a.billed_ms,
  a.is_sequence,
  i.id IS NOT NULL AS has_id,
  a.success,
  a.worker::worker_name AS worker,
  a.attempts,
  -- what the words say, for to compare texts again and again would take most of the time; the macros are those of
  -- records/client-times.ts: the invoker's figures are made by the same
  is_accepted(i.outcome, i.status) AS accepted,
  is_answered(i.outcome, i.error, i.status) AS answered,
  i.error IS NOT DISTINCT FROM 'timeout' AS timed_out,
  i.error IS NOT DISTINCT FROM 'still_running' AS still_running,
  (i.outcome <> 'ok' OR coalesce(NOT a.success, false)) AS failed
-- Ids are compared by their hashes of 64 bits, which take a third of the room. Two equal ones among a million (a chance of
-- 3 in 10^8) would give an invocation a second row.
FROM (SELECT *, CASE WHEN activation_id IS NOT NULL THEN hash(activation_id) END AS id FROM invocations) AS i
LEFT JOIN (SELECT *, hash(activation_id) AS id FROM last_attempts) AS a USING (id);
-- Columns that both sides have keep their name for the client's word; the platform's gets the prefix platform_.
CREATE OR REPLACE TEMP VIEW joined AS
SELECT
  * EXCLUDE (answered, timed_out, still_running) REPLACE (
    outcome::VARCHAR AS outcome,
    error::VARCHAR AS error,
    worker::VARCHAR AS worker
  ),
  CASE WHEN answered THEN end_ms - planned_ms END AS response_ms,
  CASE WHEN answered THEN end_ms - sent_ms END AS service_ms,
  -- 202 says that the work was taken, not that it was done
  CASE WHEN accepted THEN end_ms - planned_ms END AS acceptance_ms,
  fired_ms - planned_ms AS lateness_ms,
  -- a row that met its deadline before it got a connection was held back at least until then
  coalesce(sent_ms, CASE WHEN timed_out THEN end_ms END) - planned_ms AS send_lag_ms,
  sent_ms - fired_ms AS send_wait_ms,
  -- where the client stopped waiting before the activation ended, the parts do not make up what it waited
  CASE WHEN answered AND NOT timed_out AND NOT still_running THEN end_ms - sent_ms - latency_ms END AS network_front_ms,
  -- with the wait, which is all that can be told of a platform that tells no wait
  CASE WHEN answered AND NOT timed_out AND NOT still_running THEN end_ms - sent_ms - duration_ms END AS network_front_wait_ms
FROM joined_rows;
