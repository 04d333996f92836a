-- What failed, the most frequent first, each with one message as an example. An activation that failed although its
-- invocation was accepted is a function error.
SELECT
  function,
  outcome,
  coalesce(error, CASE WHEN outcome = 'ok' THEN 'function_error' ELSE outcome END) AS error,
  status,
  count(*) AS count,
  arg_min(coalesce(platform_error, body), seq) FILTER (coalesce(platform_error, body) IS NOT NULL) AS example
FROM joined_whole
LEFT JOIN responses USING (seq)
WHERE failed
GROUP BY ALL
ORDER BY count DESC, function, error;
