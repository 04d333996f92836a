-- Mean GB-seconds and requests of an invocation in each of $sections equal sections in the order of the plan, of the
-- functions (or, with the scope `overall`, of the run) with at least $least invocations of which every execution can be
-- priced. Equal but for the length of a stretch, which lies in the section in which it ends.
WITH placed AS (
  SELECT
    CASE $scope WHEN 'function' THEN function ELSE 'overall' END AS name,
    n,
    whole_mib_ms,
    whole_requests,
    sum(n) OVER (of_one) AS of_all,
    sum(n) OVER (of_one ORDER BY first_seq ROWS UNBOUNDED PRECEDING) AS place
  FROM cost_stretches
  WHERE n > 0
  WINDOW of_one AS (PARTITION BY CASE $scope WHEN 'function' THEN function ELSE 'overall' END)
),
sections AS (
  SELECT
    name,
    -- section i begins with number floor(i·n/sections), counted from 0, as in statistics/sectioning.ts
    ($sections::HUGEINT * place + of_all - 1) // of_all AS section,
    gb_seconds(sum(whole_mib_ms)) / sum(n) AS gb_s,
    sum(whole_requests) / sum(n) AS requests
  FROM placed
  WHERE of_all >= $least
  GROUP BY name, section
)
SELECT name, list(gb_s ORDER BY section) AS gb_s, list(requests ORDER BY section) AS requests
FROM sections
GROUP BY name;
