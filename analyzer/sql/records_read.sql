-- How many of the activations that invocations named have a record. Ids are compared by their hashes of 64 bits, for which the
-- chance that two of a million are equal is 3 in 10^8.
WITH named AS (
  SELECT DISTINCT hash(activation_id) AS id FROM invocations WHERE activation_id IS NOT NULL
)
SELECT
  (SELECT count(*) FROM activations) AS read,
  (SELECT count(*) FROM named) AS expected,
  (SELECT count(*) FROM named ANTI JOIN (SELECT hash(activation_id) AS id FROM activations) USING (id)) AS missing;
