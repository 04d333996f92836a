-- The predecessor's figures of one metric ($metric) over all activations that were joined to invocations. The init of a warm
-- activation counts as 0 in init_ms: init per invocation. Standard deviation of the sample (n - 1), quantiles interpolated
-- linearly.
WITH activated AS (
  SELECT
    cold,
    CASE $metric
      WHEN 'init_ms' THEN CASE WHEN cold = false THEN 0 ELSE init_ms END
      WHEN 'execution_ms' THEN execution_ms
      WHEN 'latency_ms' THEN latency_ms
    END AS value
  FROM joined
  WHERE attempts IS NOT NULL
)
SELECT
  CASE WHEN grouping(cold) = 1 THEN 'all' WHEN cold THEN 'cold' WHEN NOT cold THEN 'warm' END AS line,
  count(*) AS activations,
  count(value) AS n,
  avg(value) AS mean,
  stddev_samp(value) AS std,
  quantile_cont(value, [0.5, 0.99]) AS quantiles
FROM activated
GROUP BY GROUPING SETS ((cold), ())
HAVING line IS NOT NULL;
