-- Of everything fetched, which rows of which file are this test's: the activations that its invocations named, and all that
-- these caused (components of sequences, and theirs); of records that came more than once, one.
CREATE OR REPLACE TEMP TABLE ids_of_this_test AS
WITH RECURSIVE ids AS (
  SELECT DISTINCT activation_id FROM invocations WHERE activation_id IS NOT NULL
  UNION
  SELECT f.activation_id FROM fetched AS f JOIN ids ON f.cause = ids.activation_id
)
SELECT activation_id FROM ids;

CREATE OR REPLACE TEMP TABLE told_often AS
SELECT activation_id FROM fetched SEMI JOIN ids_of_this_test USING (activation_id) GROUP BY activation_id HAVING count(*) > 1;

-- Few: so what is in them can be looked at.
CREATE OR REPLACE TEMP TABLE copies AS
SELECT
  activation_id, attempt, filename, file_row_number, end_ms,
  length(result) AS result_length,
  md5(row(*COLUMNS(* EXCLUDE (filename, file_row_number)))::VARCHAR) AS content
FROM fetched SEMI JOIN told_often USING (activation_id);

-- Which copy counts must not depend on the order in which they were read: the one that ended last, of these the one with the
-- longest result, of these the first by its digest; copies that are equal in all that is read of them are any of them.
CREATE OR REPLACE TEMP TABLE of_this_test AS
SELECT filename, file_row_number
FROM fetched SEMI JOIN ids_of_this_test USING (activation_id) ANTI JOIN told_often USING (activation_id)
UNION ALL
SELECT filename, file_row_number FROM (
  FROM copies
  QUALIFY row_number() OVER (
    PARTITION BY activation_id, attempt
    ORDER BY end_ms DESC NULLS LAST, result_length DESC NULLS LAST, content, filename, file_row_number
  ) = 1
);
