-- GB-seconds and requests of each invocation of which every execution can be priced, in the order of the plan, of the
-- functions (or, with the scope `overall`, of the run) that have fewer than $least such invocations.
WITH whole AS (
  SELECT CASE $scope WHEN 'function' THEN function ELSE 'overall' END AS name, seq, gb_s, requests
  FROM invocation_costs
  WHERE executions > 0 AND priced = executions
),
few AS (
  SELECT name FROM whole GROUP BY name HAVING count(*) < $least
)
SELECT name, list(gb_s ORDER BY seq) AS gb_s_parts, list(requests ORDER BY seq) AS requests_parts
FROM whole SEMI JOIN few USING (name)
GROUP BY name;
