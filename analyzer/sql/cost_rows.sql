-- GB-seconds and requests of each invocation of which every execution can be priced, in the order of the plan, of the
-- functions (or, with the scope `overall`, of the run) that have fewer than $least such invocations: their stretches hold
-- one each.
WITH whole AS (
  SELECT CASE $scope WHEN 'function' THEN function ELSE 'overall' END AS name, first_seq, n, whole_mib_ms, whole_requests
  FROM cost_stretches
  WHERE n > 0
),
few AS (
  SELECT name FROM whole GROUP BY name HAVING sum(n) < $least
)
SELECT
  name,
  list(gb_seconds(whole_mib_ms) ORDER BY first_seq) AS gb_s_parts,
  list(whole_requests ORDER BY first_seq) AS requests_parts
FROM whole SEMI JOIN few USING (name)
GROUP BY name;
