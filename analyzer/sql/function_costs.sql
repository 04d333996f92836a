-- The executions of each function, and what of them can be priced; n invocations of which every execution can, and what one
-- of these uses on average; and whether its stretches are too long: ten sections of them are not equal where one stretch
-- is more than a hundredth of the whole.
SELECT
  function AS name,
  sum(priced) AS priced,
  sum(without_record) AS without_record,
  sum(without_memory) AS without_memory,
  sum(without_time) AS without_time,
  sum(init_known) AS init_known,
  gb_seconds(sum(mib_ms)) AS gb_s,
  gb_seconds(sum(init_mib_ms)) AS init_gb_s,
  sum(requests) AS requests,
  sum(n) AS n,
  gb_seconds(sum(whole_mib_ms)) / nullif(sum(n), 0) AS mean_gb_s,
  sum(whole_requests) / nullif(sum(n), 0) AS mean_requests,
  max(n) > 1 AND sum(n) >= $least AND 100 * max(n) > sum(n) AS too_coarse
FROM cost_stretches
GROUP BY function
ORDER BY min(first_seq);
