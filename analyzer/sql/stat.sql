-- What the throughput of every function and instance is made of. n activations from the first start to the last end, on
-- the platform's clock; in a run without activations the answers, from the first byte sent to the last end. Windows are the
-- client's: where the platform's clock differs from its by a second or more (`run_clock`), which is told, its times are shifted.
WITH has AS (
  SELECT
    (SELECT count(attempts) > 0 FROM joined) AS activations,
    zero_epoch_ms - CASE WHEN abs(offset_ms) >= 1000 THEN offset_ms ELSE 0 END AS zero_ms
  FROM run_clock
),
served AS (
  SELECT
    seq,
    function,
    instance,
    outcome,
    planned_ms,
    CASE WHEN has.activations THEN coalesce(first_start_ms, start_ms) - has.zero_ms WHEN outcome = 'ok' THEN sent_ms END AS from_ms,
    CASE WHEN has.activations THEN platform_end_ms - has.zero_ms WHEN outcome = 'ok' THEN end_ms END AS to_ms
  FROM joined LEFT JOIN first_starts USING (seq), has
),
scoped AS (
  SELECT 'function' AS scope, function AS name, * FROM served
  UNION ALL SELECT 'instance', instance, * FROM served
)
SELECT
  scope,
  name,
  any_value(function) AS function,
  count(*) AS planned,
  count(*) FILTER (planned_ms < $reached_ms) AS before_reached,
  count(*) FILTER (outcome = 'ok') AS ok,
  count(*) FILTER (outcome = 'failed') AS failed,
  count(*) FILTER (outcome = 'dropped') AS dropped,
  count(*) FILTER (outcome = 'lost') AS lost,
  count(*) FILTER (from_ms IS NOT NULL AND to_ms IS NOT NULL) AS served,
  min(from_ms) FILTER (to_ms IS NOT NULL) AS first_start_ms,
  max(to_ms) FILTER (from_ms IS NOT NULL) AS last_end_ms
FROM scoped
GROUP BY scope, name
ORDER BY scope DESC, min(seq);
