-- The same of executions: attempts are numbered within what one pull read, and those of two pulls cannot be told apart for
-- certain. So of each activation the executions of one pull count, of that which read more of them, of two equals the new one.
CREATE OR REPLACE TEMP TABLE kept_before AS
SELECT *
FROM before
SEMI JOIN (
  SELECT activation_id
  FROM (SELECT activation_id, count(DISTINCT attempt) AS n FROM before SEMI JOIN invocations USING (activation_id) GROUP BY activation_id) AS earlier
  LEFT JOIN (SELECT activation_id, count(*) AS n FROM newly GROUP BY activation_id) AS now USING (activation_id)
  WHERE earlier.n > coalesce(now.n, 0)
) USING (activation_id)
QUALIFY row_number() OVER (PARTITION BY activation_id, attempt ORDER BY end_ms DESC NULLS LAST) = 1;

CREATE OR REPLACE TEMP VIEW merged AS
SELECT * FROM newly ANTI JOIN kept_before USING (activation_id)
UNION ALL BY NAME
SELECT * FROM kept_before;
