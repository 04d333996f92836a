-- How many of the activations that invocations named have a record.
SELECT
  (SELECT count(*) FROM activations) AS read,
  (SELECT count(DISTINCT activation_id) FROM invocations) AS expected,
  (SELECT count(DISTINCT activation_id) FROM invocations WHERE activation_id NOT IN (SELECT activation_id FROM activations)) AS missing;
