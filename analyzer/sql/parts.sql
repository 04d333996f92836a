-- Where the response time went, for the whole run, every function and instance, all and warm and cold, over the rows where every part is
-- known; these sum to the response time. A part may be negative, since two clocks tell it: counted, never clipped.
WITH known AS (
  SELECT
    function,
    instance,
    cold,
    lateness_ms,
    send_wait_ms,
    network_front_ms,
    wait_ms,
    CASE WHEN cold = false THEN 0 ELSE init_ms END AS part_init_ms,
    execution_ms
  FROM joined
  WHERE response_ms IS NOT NULL
    AND lateness_ms IS NOT NULL
    AND send_wait_ms IS NOT NULL
    AND network_front_ms IS NOT NULL
    AND part_init_ms IS NOT NULL
    AND execution_ms IS NOT NULL
),
scoped AS (
  SELECT 'function' AS scope, function AS name, * FROM known
  UNION ALL SELECT 'instance', instance, * FROM known
  UNION ALL SELECT 'overall', 'overall', * FROM known
),
warmths AS (
  SELECT 'all' AS warmth, * FROM scoped
  UNION ALL SELECT CASE WHEN cold THEN 'cold' ELSE 'warm' END, * FROM scoped WHERE cold IS NOT NULL
),
figures AS (
  SELECT
    scope,
    name,
    warmth,
    least(lateness_ms, send_wait_ms, network_front_ms, wait_ms, part_init_ms, execution_ms) < 0 AS has_negative,
    unnest(['lateness_ms', 'send_wait_ms', 'network_front_ms', 'wait_ms', 'init_ms', 'execution_ms']) AS part,
    unnest([lateness_ms, send_wait_ms, network_front_ms, wait_ms, part_init_ms, execution_ms]) AS value
  FROM warmths
)
SELECT
  scope,
  name,
  warmth,
  part,
  count(*) AS n,
  count(*) FILTER (has_negative) AS negative,
  avg(value) AS mean,
  quantile_cont(value, 0.99) AS p99
FROM figures
GROUP BY scope, name, warmth, part;
