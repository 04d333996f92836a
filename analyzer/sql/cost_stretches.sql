-- What the invocations of each function were executed for, summed over short stretches of the plan ($width rows; 1: each
-- by itself): the executions that can be priced and why others cannot, memory × billed time and requests of those that can;
-- and the same of the n invocations of which every execution can be priced. Of the functions in the JSON list $functions,
-- or of all where it is null.
-- The record of a sequence is no execution: it executes nothing itself, and its time is that of its components.
INSERT INTO cost_stretches
WITH
own AS (
  SELECT
    seq,
    function,
    attempts IS NOT NULL AND NOT is_sequence AS executed,
    -- taken by the platform, or possibly so: nothing tells that it was refused
    has_id
      OR outcome = 'ok'
      OR (sent_ms IS NOT NULL AND (outcome = 'lost' OR coalesce(error IN ('timeout', 'reset', 'protocol'), false)))
      AS taken,
    memory_mib(memory_limit_bytes) AS mib,
    billed_time(billed_ms, duration_ms, execution_ms, $init_billed, $granularity_ms) AS billed_ms,
    billed_init(
      billed_time(billed_ms, duration_ms, execution_ms, $init_billed, $granularity_ms),
      execution_ms, init_ms, cold, $granularity_ms
    ) AS init_ms
  FROM joined
  WHERE $functions IS NULL OR function::VARCHAR IN (SELECT unnest(from_json($functions, '["VARCHAR"]')))
),
other AS (
  SELECT
    seq,
    memory_mib(memory_limit_bytes) AS mib,
    billed_time(billed_ms, duration_ms, execution_ms, $init_billed, $granularity_ms) AS billed_ms,
    billed_init(
      billed_time(billed_ms, duration_ms, execution_ms, $init_billed, $granularity_ms),
      execution_ms, init_ms, cold, $granularity_ms
    ) AS init_ms
  FROM other_executions
),
-- a large event of a call that does not wait counts as several requests
large_events AS (
  SELECT seq, ceil((request_bytes - $event_first_bytes) / $event_step_bytes) AS more_requests
  FROM invocations
  WHERE request_bytes > $event_first_bytes AND is_accepted(outcome, status)
),
others AS (
  SELECT
    seq,
    count(*) AS executions,
    count(mib * billed_ms) AS priced,
    count(*) FILTER (mib IS NULL) AS without_memory,
    count(*) FILTER (mib IS NOT NULL AND billed_ms IS NULL) AS without_time,
    sum(mib * billed_ms) AS mib_ms,
    count(mib * init_ms) AS init_known,
    sum(mib * init_ms) AS init_mib_ms
  FROM other
  GROUP BY seq
),
together AS (
  SELECT
    seq,
    function,
    executed::BIGINT + coalesce(executions, 0) AS executions,
    (executed AND mib * own.billed_ms IS NOT NULL)::BIGINT + coalesce(priced, 0) AS priced,
    (executed AND mib IS NULL)::BIGINT + coalesce(without_memory, 0) AS without_memory,
    (executed AND mib IS NOT NULL AND own.billed_ms IS NULL)::BIGINT + coalesce(without_time, 0) AS without_time,
    CASE WHEN executed THEN coalesce(mib * own.billed_ms, 0) ELSE 0 END + coalesce(mib_ms, 0) AS mib_ms,
    (executed AND mib * own.init_ms IS NOT NULL)::BIGINT + coalesce(init_known, 0) AS init_known,
    CASE WHEN executed THEN coalesce(mib * own.init_ms, 0) ELSE 0 END + coalesce(init_mib_ms, 0) AS init_mib_ms,
    coalesce(more_requests, 0) AS more_requests,
    taken
  FROM own LEFT JOIN others USING (seq) LEFT JOIN large_events USING (seq)
)
SELECT
  function,
  min(seq) AS first_seq,
  sum(priced) AS priced,
  count(*) FILTER (executions = 0) AS without_record,
  sum(without_memory) AS without_memory,
  sum(without_time) AS without_time,
  sum(init_known) AS init_known,
  sum(mib_ms) FILTER (priced > 0) AS mib_ms,
  sum(init_mib_ms) FILTER (init_known > 0) AS init_mib_ms,
  sum(priced + more_requests) FILTER (priced > 0) AS requests,
  count(*) FILTER (executions > 0 AND priced = executions) AS n,
  sum(mib_ms) FILTER (executions > 0 AND priced = executions) AS whole_mib_ms,
  sum(priced + more_requests) FILTER (executions > 0 AND priced = executions) AS whole_requests
FROM together
WHERE executions > 0 OR taken
GROUP BY function, seq // $width::BIGINT;
