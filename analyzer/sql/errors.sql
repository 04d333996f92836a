-- What failed, the most frequent first, each with one message as an example. An activation that failed although its
-- invocation was accepted is a function error. Messages are looked up for the failed rows only.
WITH failures AS MATERIALIZED (
  SELECT seq, function, outcome, error, status FROM joined WHERE failed
),
named AS MATERIALIZED (
  SELECT seq, activation_id FROM failures JOIN invocations USING (seq)
),
messages AS (
  SELECT seq, a.error AS message
  FROM last_attempts AS a JOIN named USING (activation_id)
  WHERE a.error IS NOT NULL
)
SELECT
  f.function::VARCHAR AS function,
  f.outcome,
  coalesce(f.error, CASE WHEN f.outcome = 'ok' THEN 'function_error' ELSE f.outcome END) AS error,
  f.status,
  count(*) AS count,
  arg_min(coalesce(message, body), seq) FILTER (coalesce(message, body) IS NOT NULL) AS example
FROM failures AS f
LEFT JOIN messages USING (seq)
LEFT JOIN responses USING (seq)
GROUP BY ALL
ORDER BY 5 DESC, 1, 3;
