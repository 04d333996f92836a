-- Of some groups: mean and quantiles of all values of a metric, and of each tenth of them in the order of the plan
-- (section 0 to 9; null = all), for intervals by sectioning. Section i holds the rows from ⌊i·n/10⌋ up to ⌊(i + 1)·n/10⌋,
-- counted from 0. $metric: the metric's name.
WITH valued AS (
  SELECT
    number,
    seq,
    CASE $metric
      WHEN 'response_ms' THEN response_ms
      WHEN 'service_ms' THEN service_ms
      WHEN 'acceptance_ms' THEN acceptance_ms
    END AS value
  FROM grouped
),
placed AS (
  SELECT
    number,
    value,
    (10 * row_number() OVER (PARTITION BY number ORDER BY seq) - 1) // count(*) OVER (PARTITION BY number) AS section
  FROM valued
  WHERE value IS NOT NULL
)
SELECT
  number,
  section,
  count(*) AS n,
  avg(value) AS mean,
  min(value) > 0 AS is_positive,
  quantile_cont(value, [0.5, 0.9, 0.99]) AS quantiles
FROM placed
GROUP BY GROUPING SETS ((number, section), (number))
ORDER BY number, section NULLS FIRST;
