-- Mean GB-seconds and requests of an invocation in each of $sections equal stretches in the order of the plan, of the
-- functions (or, with the scope `overall`, of the run) with at least $least invocations of which every execution can be
-- priced.
WITH placed AS (
  SELECT
    CASE $scope WHEN 'function' THEN function ELSE 'overall' END AS name,
    gb_s,
    requests,
    count(*) OVER of_one AS n,
    row_number() OVER (of_one ORDER BY seq) AS place
  FROM invocation_costs
  WHERE executions > 0 AND priced = executions
  WINDOW of_one AS (PARTITION BY CASE $scope WHEN 'function' THEN function ELSE 'overall' END)
),
sections AS (
  SELECT
    name,
    -- section i begins with number floor(i·n/sections), counted from 0, as in statistics/sectioning.ts
    ($sections * place + n - 1) // n AS section,
    avg(gb_s) AS gb_s,
    avg(requests) AS requests
  FROM placed
  WHERE n >= $least
  GROUP BY name, section
)
SELECT name, list(gb_s ORDER BY section) AS gb_s_parts, list(requests ORDER BY section) AS requests_parts
FROM sections
GROUP BY name;
