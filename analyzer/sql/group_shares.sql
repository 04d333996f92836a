-- Of some groups: the share of rows that failed, or were cold, among those of which it is known; of all, and of each tenth of
-- them in the order of the plan (as in group_sections.sql). $metric: which.
WITH flagged AS (
  SELECT number, seq, CASE $metric WHEN 'failed' THEN failed WHEN 'cold' THEN cold END AS flag
  FROM grouped
),
placed AS (
  SELECT
    number,
    flag,
    (10 * row_number() OVER (PARTITION BY number ORDER BY seq) - 1) // count(*) OVER (PARTITION BY number) AS section
  FROM flagged
  WHERE flag IS NOT NULL
)
SELECT number, section, count(*) AS n, avg(flag::INTEGER) AS mean
FROM placed
GROUP BY GROUPING SETS ((number, section), (number))
ORDER BY number, section NULLS FIRST;
