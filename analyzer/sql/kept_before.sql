-- Of the records that lay in the run directory before, those of activations of which nothing was read now. A table that
-- another program wrote may hold one more than once, and others' too.
CREATE OR REPLACE TEMP TABLE kept_before AS
SELECT *
FROM before ANTI JOIN newly USING (activation_id, attempt)
WHERE cause IS NOT NULL OR activation_id IN (SELECT activation_id FROM invocations)
QUALIFY row_number() OVER (PARTITION BY activation_id, attempt ORDER BY end_ms DESC NULLS LAST) = 1;

CREATE OR REPLACE TEMP VIEW merged AS FROM newly UNION ALL BY NAME FROM kept_before;
