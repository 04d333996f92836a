-- The values of some functions and instances, or of the whole run, in the order of the plan, for intervals that heed their
-- correlation in time. $groups: JSON, a list of {scope, name}; $metrics: the names of the metrics to read.
WITH wanted AS (
  SELECT unnest(from_json($groups, '[{"scope": "VARCHAR", "name": "VARCHAR"}]'), recursive := true)
),
scoped AS (
  SELECT scope, name, j.* FROM joined AS j JOIN wanted ON scope = 'function' AND name = function
  UNION ALL
  SELECT scope, name, j.* FROM joined AS j JOIN wanted ON scope = 'instance' AND name = instance
  UNION ALL
  SELECT scope, name, j.* FROM joined AS j JOIN wanted ON scope = 'overall'
)
SELECT
  scope,
  name,
  list(response_ms ORDER BY seq) FILTER (response_ms IS NOT NULL AND contains($metrics, 'response_ms')) AS response_ms,
  list(service_ms ORDER BY seq) FILTER (service_ms IS NOT NULL AND contains($metrics, 'service_ms')) AS service_ms,
  list(acceptance_ms ORDER BY seq) FILTER (acceptance_ms IS NOT NULL AND contains($metrics, 'acceptance_ms')) AS acceptance_ms,
  list(failed::TINYINT ORDER BY seq) FILTER (contains($metrics, 'failed')) AS failed,
  list(cold::TINYINT ORDER BY seq) FILTER (cold IS NOT NULL AND contains($metrics, 'cold')) AS cold
FROM scoped
GROUP BY scope, name;
