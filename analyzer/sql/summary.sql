-- The predecessor's figures over all activations that were joined to invocations. The init of a warm activation counts
-- as 0 here: init per invocation. Standard deviation of the sample (n - 1), quantiles interpolated linearly.
WITH activated AS (
  SELECT
    cold,
    CASE WHEN cold = false THEN 0 ELSE init_ms END AS init_ms,
    execution_ms,
    latency_ms
  FROM joined
  WHERE attempts IS NOT NULL
),
lines AS (
  SELECT 'all' AS line, * FROM activated
  UNION ALL SELECT 'warm', * FROM activated WHERE cold = false
  UNION ALL SELECT 'cold', * FROM activated WHERE cold = true
),
figures AS (
  SELECT
    line,
    unnest(['init_ms', 'execution_ms', 'latency_ms']) AS metric,
    unnest([init_ms, execution_ms, latency_ms]) AS value
  FROM lines
)
SELECT
  line,
  metric,
  count(*) AS activations,
  count(value) AS n,
  avg(value) AS mean,
  stddev_samp(value) AS std,
  quantile_cont(value, 0.5) AS p50,
  quantile_cont(value, 0.99) AS p99
FROM figures
GROUP BY line, metric;
