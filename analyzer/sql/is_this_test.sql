-- Whether what was fetched is the activations that the invocations named, each once, and nothing else. Hashes are cheap;
-- two that are equal by chance only lead to the longer way.
SELECT
  count(*) = (SELECT count(DISTINCT hash(activation_id)) FROM invocations WHERE activation_id IS NOT NULL)
  AND count(*) = count(DISTINCT hash(activation_id))
  AND count(*) = count(activation_id)
  AND count(cause) = 0
  AND (SELECT count(*) FROM awaited) = 0 AS is_all
FROM fetched;
