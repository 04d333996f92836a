-- Two parts of the response time ($a, $b) of some groups: all rows whose parts are known, and the warm and the cold ones. Two at
-- a time are faster than one, and more would hold too many values at once.
WITH parted AS (
  SELECT
    number,
    cold,
    has_negative,
    part_of($a, lateness_ms, send_wait_ms, network_front_ms, network_front_wait_ms, wait_ms, part_init_ms, execution_ms) AS a,
    part_of($b, lateness_ms, send_wait_ms, network_front_ms, network_front_wait_ms, wait_ms, part_init_ms, execution_ms) AS b
  FROM known_parts
)
SELECT
  number,
  CASE WHEN grouping(cold) = 1 THEN 'all' WHEN cold THEN 'cold' WHEN NOT cold THEN 'warm' END AS warmth,
  count(*) AS n,
  count(*) FILTER (has_negative) AS negative,
  [avg(a), avg(b)] AS means,
  [quantile_cont(a, 0.99), quantile_cont(b, 0.99)] AS p99s
FROM parted
GROUP BY GROUPING SETS ((number, cold), (number))
HAVING warmth IS NOT NULL;
