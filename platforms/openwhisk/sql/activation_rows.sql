-- Activations as OpenWhisk keeps them (CouchDB documents, or records of its API, full or from a list) as rows of
-- `activations`. Absent is null, never 0: a record without waitTime has no wait and no latency, and nothing is guessed from
-- its times. duration includes the init; sequences and records without waitTime are neither cold nor warm.
-- `odd` names the fields that were there but held no usable value, with spaces between; a record that is no activation has
-- no id, and `odd` is 'record'. Triggers (no path, no duration) and the platform's tests of its own invokers are left out.
WITH keyed AS (
  SELECT *, list_transform(annotations, lambda entry: entry.key) AS keys FROM records
),
annotated AS (
  SELECT
    * EXCLUDE (annotations, keys),
    -- none at all, no list, or a list with entries that are no annotations
    annotations IS NULL OR len(keys) > list_count(keys) AS bad_annotations,
    annotation(keys, annotations, 'path') AS path,
    annotation(keys, annotations, 'kind') AS kind,
    annotation(keys, annotations, 'waitTime') AS wait,
    annotation(keys, annotations, 'initTime') AS init,
    json_extract(annotation(keys, annotations, 'limits'), '$.memory') AS memory
  FROM keyed
),
valued AS (
  SELECT
    *,
    json_text(activationId) AS v_id,
    json_text(name) AS v_name,
    json_text(path) AS v_path,
    json_text(kind) AS v_kind,
    json_text(cause) AS v_cause,
    json_epoch("start") AS v_start,
    json_epoch("end") AS v_end,
    json_duration(duration) AS v_duration,
    json_duration(wait) AS v_wait,
    json_duration(init) AS v_init,
    json_integer(memory) AS v_memory,
    -- the database and lists have a code, full records of the API have words for it
    coalesce(
      json_integer(response.statusCode),
      json_integer(statusCode),
      list_position(
        ['success', 'application error', 'action developer error', 'whisk internal error'],
        json_text(response.status)
      ) - 1
    ) AS v_code
  FROM annotated
),
judged AS (
  SELECT
    *,
    v_id IS NULL OR v_name IS NULL AS is_none,
    coalesce(json_boolean(response.success), v_code = 0) AS v_success,
    -- an init makes it cold, one of 0 ms too; none where the wait was timed, warm; else nothing was said
    CASE
      WHEN v_kind = 'sequence' THEN NULL
      WHEN v_init IS NOT NULL THEN true
      WHEN v_wait IS NOT NULL AND init IS NULL THEN false
    END AS v_cold
  FROM valued
)
SELECT
  CASE WHEN NOT is_none THEN v_id END AS activation_id,
  json_text(namespace) AS namespace,
  -- guest/hello is hello, guest/utils/hello is utils/hello: like-named actions of two packages stay apart
  CASE WHEN contains(v_path, '/') THEN v_path[strpos(v_path, '/') + 1:] ELSE v_name END AS "function",
  v_kind AS kind,
  1 AS attempt,
  v_start AS start_ms,
  -- what has no end yet says 0
  nullif(v_end, 0) AS end_ms,
  v_duration AS duration_ms,
  v_wait AS wait_ms,
  v_init AS init_ms,
  NULL AS restore_ms,
  v_wait + v_duration AS latency_ms,
  CASE WHEN v_init IS NOT NULL THEN v_duration - v_init WHEN v_cold = false THEN v_duration END AS execution_ms,
  v_cold AS cold,
  v_success AS success,
  v_code AS status_code,
  CASE WHEN NOT v_success THEN error_of(response.result, v_code) END AS error,
  NULL AS worker,
  NULL AS log_stream,
  v_memory::BIGINT * 1048576 AS memory_limit_bytes,
  NULL AS max_memory_bytes,
  NULL AS billed_ms,
  v_cause AS cause,
  response.result::VARCHAR AS result,
  CASE
    WHEN is_none THEN 'record'
    -- asked first, since to build the text is dear
    WHEN is_odd(namespace, json_text(namespace))
      OR is_odd(path, v_path)
      OR is_odd(kind, v_kind)
      OR is_odd(cause, v_cause)
      OR is_odd("start", v_start)
      OR is_odd("end", v_end)
      OR is_odd(duration, v_duration)
      OR is_odd(wait, v_wait)
      OR is_odd(init, v_init)
      OR is_odd(memory, v_memory)
      OR is_odd(response.statusCode, json_integer(response.statusCode))
      OR is_odd(response.success, json_boolean(response.success))
      OR bad_annotations
      -- every record has these two: an activation that goes on says 0, and a list tells the code only
      OR "end" IS NULL
      OR (response IS NULL AND statusCode IS NULL)
    THEN concat_ws(
      ' ',
      CASE WHEN is_odd(namespace, json_text(namespace)) THEN 'namespace' END,
      CASE WHEN is_odd(path, v_path) THEN 'path' END,
      CASE WHEN is_odd(kind, v_kind) THEN 'kind' END,
      CASE WHEN is_odd(cause, v_cause) THEN 'cause' END,
      CASE WHEN is_odd("start", v_start) THEN 'start' END,
      CASE WHEN "end" IS NULL OR is_odd("end", v_end) THEN 'end' END,
      CASE WHEN is_odd(duration, v_duration) THEN 'duration' END,
      CASE WHEN is_odd(wait, v_wait) THEN 'waitTime' END,
      CASE WHEN is_odd(init, v_init) THEN 'initTime' END,
      CASE WHEN is_odd(memory, v_memory) THEN 'memory' END,
      CASE WHEN is_odd(response.statusCode, json_integer(response.statusCode)) THEN 'statusCode' END,
      CASE WHEN is_odd(response.success, json_boolean(response.success)) THEN 'success' END,
      CASE WHEN bad_annotations THEN 'annotations' END,
      CASE WHEN response IS NULL AND statusCode IS NULL THEN 'response' END
    )
  END AS odd
FROM judged
WHERE is_none OR NOT ((v_path IS NULL AND duration IS NULL) OR regexp_full_match(v_name, 'invokerHealthTestAction\d*'))
