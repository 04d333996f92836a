-- What each invocation was executed for: a row for every invocation that has a record of an execution, or may have been
-- executed without one, with GB-seconds and requests summed over its executions. The record of a sequence is none of
-- them: it executes nothing itself, and its time is that of its components.
CREATE OR REPLACE TEMP TABLE invocation_costs AS
WITH
own AS (
  SELECT
    seq,
    function,
    attempts IS NOT NULL AND kind IS DISTINCT FROM 'sequence' AS executed,
    -- taken by the platform, or possibly so: nothing tells that it was refused
    activation_id IS NOT NULL
      OR outcome = 'ok'
      OR (sent_ms IS NOT NULL AND (outcome = 'lost' OR coalesce(error IN ('timeout', 'reset', 'protocol'), false)))
      AS taken,
    memory_gb(memory_limit_bytes) AS gb,
    billed_time(billed_ms, duration_ms, execution_ms, $init_billed, $granularity_ms) AS billed_ms,
    billed_init(
      billed_time(billed_ms, duration_ms, execution_ms, $init_billed, $granularity_ms),
      execution_ms, init_ms, restore_ms, cold, $granularity_ms
    ) AS init_ms,
    -- a large event of a call that does not wait counts as several requests
    CASE
      WHEN accepted AND request_bytes > $event_first_bytes
      THEN ceil((request_bytes - $event_first_bytes) / $event_step_bytes)
      ELSE 0
    END AS more_requests
  FROM joined
),
other AS (
  SELECT
    seq,
    memory_gb(memory_limit_bytes) AS gb,
    billed_time(billed_ms, duration_ms, execution_ms, $init_billed, $granularity_ms) AS billed_ms,
    billed_init(
      billed_time(billed_ms, duration_ms, execution_ms, $init_billed, $granularity_ms),
      execution_ms, init_ms, restore_ms, cold, $granularity_ms
    ) AS init_ms
  FROM other_executions
),
others AS (
  SELECT
    seq,
    count(*) AS executions,
    count(gb * billed_ms) AS priced,
    count(*) FILTER (gb IS NULL) AS without_memory,
    count(*) FILTER (gb IS NOT NULL AND billed_ms IS NULL) AS without_time,
    sum(gb * billed_ms / 1000) AS gb_s,
    count(gb * init_ms) AS init_known,
    sum(gb * init_ms / 1000) AS init_gb_s
  FROM other
  GROUP BY seq
),
together AS (
  SELECT
    seq,
    function,
    executed::BIGINT + coalesce(executions, 0) AS executions,
    (executed AND gb * own.billed_ms IS NOT NULL)::BIGINT + coalesce(priced, 0) AS priced,
    (executed AND gb IS NULL)::BIGINT + coalesce(without_memory, 0) AS without_memory,
    (executed AND gb IS NOT NULL AND own.billed_ms IS NULL)::BIGINT + coalesce(without_time, 0) AS without_time,
    CASE WHEN executed THEN coalesce(gb * own.billed_ms / 1000, 0) ELSE 0 END + coalesce(gb_s, 0) AS gb_s,
    (executed AND gb * own.init_ms IS NOT NULL)::BIGINT + coalesce(init_known, 0) AS init_known,
    CASE WHEN executed THEN coalesce(gb * own.init_ms / 1000, 0) ELSE 0 END + coalesce(init_gb_s, 0) AS init_gb_s,
    more_requests,
    taken
  FROM own LEFT JOIN others USING (seq)
)
SELECT
  seq,
  function,
  executions,
  priced,
  without_memory,
  without_time,
  (executions = 0)::BIGINT AS without_record,
  CASE WHEN priced > 0 THEN gb_s END AS gb_s,
  init_known,
  CASE WHEN init_known > 0 THEN init_gb_s END AS init_gb_s,
  CASE WHEN priced > 0 THEN (priced + more_requests)::DOUBLE END AS requests
FROM together
WHERE executions > 0 OR taken;
