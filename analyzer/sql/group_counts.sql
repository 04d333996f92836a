-- The whole run, every function and every instance: what became of its planned rows, in the order in which they first occur.
WITH scoped AS (
  SELECT 'function' AS scope, function AS name, * FROM joined
  UNION ALL SELECT 'instance', instance, * FROM joined
  UNION ALL SELECT 'overall', 'overall', * FROM joined
)
SELECT
  scope,
  name,
  CASE scope WHEN 'overall' THEN 'overall' ELSE any_value(function) END AS function,
  count(*) AS planned,
  count(*) FILTER (outcome = 'ok') AS ok,
  count(*) FILTER (outcome = 'failed') AS failed,
  count(*) FILTER (outcome = 'dropped') AS dropped,
  count(*) FILTER (outcome = 'lost') AS lost,
  -- rows with a response time, timeouts included
  count(response_ms) AS answered,
  count(acceptance_ms) AS accepted,
  count(service_ms) AS served,
  count(cold) AS judged,
  count(*) FILTER (failed) AS failures,
  count(*) FILTER (cold) AS colds,
  -- executed, and nothing tells how it started; a sequence starts no worker itself
  count(*) FILTER (attempts IS NOT NULL AND NOT is_sequence AND cold IS NULL) AS unjudged
FROM scoped
GROUP BY scope, name
-- functions before instances before the whole, since each may take over the figures of the one before
ORDER BY scope, min(seq);
