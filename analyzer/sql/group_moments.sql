-- One of the platform's times ($metric) of every group, over the rows where it is known. Init: of cold starts only.
WITH timed AS (
  SELECT
    number,
    CASE $metric
      WHEN 'wait_ms' THEN wait_ms
      WHEN 'init_ms' THEN init_ms
      WHEN 'execution_ms' THEN execution_ms
      WHEN 'duration_ms' THEN duration_ms
    END AS value
  FROM grouped
)
SELECT
  number,
  count(value) AS n,
  avg(value) AS mean,
  stddev_samp(value) AS std,
  quantile_cont(value, [0.5, 0.99]) AS quantiles
FROM timed
GROUP BY number;
