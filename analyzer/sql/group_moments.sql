-- The platform's times of the whole run, every function and instance, over the rows where each is known. Init: of cold starts only.
WITH scoped AS (
  SELECT 'function' AS scope, function AS name, wait_ms, init_ms, execution_ms, duration_ms FROM joined
  UNION ALL SELECT 'instance', instance, wait_ms, init_ms, execution_ms, duration_ms FROM joined
  UNION ALL SELECT 'overall', 'overall', wait_ms, init_ms, execution_ms, duration_ms FROM joined
),
figures AS (
  SELECT
    scope,
    name,
    unnest(['wait_ms', 'init_ms', 'execution_ms', 'duration_ms']) AS metric,
    unnest([wait_ms, init_ms, execution_ms, duration_ms]) AS value
  FROM scoped
)
SELECT
  scope,
  name,
  metric,
  count(value) AS n,
  avg(value) AS mean,
  stddev_samp(value) AS std,
  quantile_cont(value, 0.5) AS p50,
  quantile_cont(value, 0.99) AS p99
FROM figures
GROUP BY scope, name, metric;
