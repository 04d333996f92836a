-- Of everything fetched, which rows of the file are this test's: the activations that its invocations named, and all that
-- these caused (components of sequences, and theirs); of records that came twice, one.
CREATE OR REPLACE TEMP TABLE of_this_test AS
WITH RECURSIVE ids AS (
  SELECT activation_id FROM expected
  UNION
  SELECT f.activation_id FROM fetched AS f JOIN ids ON f.cause = ids.activation_id
)
SELECT min(file_row_number) AS file_row_number
FROM fetched
WHERE activation_id IN (SELECT activation_id FROM ids)
GROUP BY activation_id, attempt;
