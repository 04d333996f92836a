-- Of everything fetched, which rows of which file are this test's: the activations that its invocations named, and all that
-- these caused (components of sequences, and theirs); of records that came twice, one.
CREATE OR REPLACE TEMP TABLE of_this_test AS
WITH RECURSIVE ids AS (
  SELECT DISTINCT activation_id FROM invocations WHERE activation_id IS NOT NULL
  UNION
  SELECT f.activation_id FROM fetched AS f JOIN ids ON f.cause = ids.activation_id
)
SELECT unnest(min(struct_pack(filename, file_row_number)))
FROM fetched
WHERE activation_id IN (SELECT activation_id FROM ids)
GROUP BY activation_id, attempt;
