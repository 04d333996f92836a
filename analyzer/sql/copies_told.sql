-- How many records were left out because their activation had one already, and of how many activations they differ. What a
-- later look for late records brought again is no copy, unless it differs.
SELECT
  (
    SELECT coalesce(sum(most - 1), 0)
    FROM (
      SELECT max(n) AS most
      FROM (
        SELECT activation_id, attempt, reading, count(*) AS n
        FROM copies JOIN readings USING (filename)
        GROUP BY activation_id, attempt, reading
      )
      GROUP BY activation_id, attempt
    )
  ) AS left_out,
  (
    SELECT count(*)
    FROM (SELECT 1 FROM copies GROUP BY activation_id, attempt HAVING count(DISTINCT content) > 1)
  ) AS differing;
