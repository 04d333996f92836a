-- The executions of each function, and what of them can be priced. n and the means: of the invocations of which every
-- execution can.
SELECT
  function AS name,
  sum(priced) AS priced,
  sum(without_record) AS without_record,
  sum(without_memory) AS without_memory,
  sum(without_time) AS without_time,
  sum(init_known) AS init_known,
  sum(gb_s) AS gb_s,
  sum(init_gb_s) AS init_gb_s,
  sum(requests) AS requests,
  count(*) FILTER (executions > 0 AND priced = executions) AS n,
  avg(gb_s) FILTER (executions > 0 AND priced = executions) AS mean_gb_s,
  avg(requests) FILTER (executions > 0 AND priced = executions) AS mean_requests
FROM invocation_costs
GROUP BY function
ORDER BY min(seq);
