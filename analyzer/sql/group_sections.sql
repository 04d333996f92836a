-- Of some functions and instances, or of the whole run: mean and quantiles of all values of a metric, and of each tenth of
-- them in the order of the plan (section 0 to 9; null = all), for intervals by sectioning. Section i holds the rows from
-- ⌊i·n/10⌋ up to ⌊(i + 1)·n/10⌋, counted from 0. $groups: JSON, a list of {scope, name}; $metric: the metric's name.
WITH wanted AS (
  SELECT unnest(from_json($groups, '[{"scope": "VARCHAR", "name": "VARCHAR"}]'), recursive := true)
),
valued AS (
  SELECT
    seq,
    function,
    instance,
    CASE $metric
      WHEN 'response_ms' THEN response_ms
      WHEN 'service_ms' THEN service_ms
      WHEN 'acceptance_ms' THEN acceptance_ms
      WHEN 'failed' THEN failed::INTEGER
      WHEN 'cold' THEN cold::INTEGER
    END AS value
  FROM joined
),
scoped AS (
  SELECT scope, name, seq, value FROM valued JOIN wanted ON scope = 'function' AND name = function WHERE value IS NOT NULL
  UNION ALL
  SELECT scope, name, seq, value FROM valued JOIN wanted ON scope = 'instance' AND name = instance WHERE value IS NOT NULL
  UNION ALL
  SELECT scope, name, seq, value FROM valued JOIN wanted ON scope = 'overall' WHERE value IS NOT NULL
),
placed AS (
  SELECT
    scope,
    name,
    value,
    (10 * row_number() OVER (PARTITION BY scope, name ORDER BY seq) - 1) // count(*) OVER (PARTITION BY scope, name) AS section
  FROM scoped
)
SELECT
  scope,
  name,
  section,
  count(*) AS n,
  avg(value) AS mean,
  min(value) > 0 AS is_positive,
  quantile_cont(value, [0.5, 0.9, 0.99]) AS quantiles
FROM placed
GROUP BY GROUPING SETS ((scope, name, section), (scope, name))
ORDER BY scope, name, section NULLS FIRST;
