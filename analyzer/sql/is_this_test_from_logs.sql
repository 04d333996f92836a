-- Whether what was fetched is the executions of the activations that the invocations named, one each, and nothing else, and
-- these logs tell inits (see of_this_test_from_logs.sql). Hashes are cheap; two that are equal by chance only lead to the longer way.
SELECT
  count(*) = (SELECT count(DISTINCT hash(activation_id)) FROM invocations WHERE activation_id IS NOT NULL)
  AND count(*) = count(DISTINCT hash(activation_id))
  AND (SELECT count(*) FROM awaited) = 0
  AND coalesce(count(init_ms) > 0 OR bool_or(billed_ms IS NULL OR billed_ms % 100 > 0), false) AS is_all
FROM fetched;
