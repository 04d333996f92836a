-- One row a pod, with what was executed on it.
SELECT
  p.pod,
  p.node,
  p.label_function,
  p.label_namespace,
  p.invoker,
  p.seen_from_ms,
  p.gone_ms,
  p.restarts,
  coalesce(list_sort(list(DISTINCT e.worker) FILTER (e.worker IS NOT NULL)), []) AS workers,
  count(e.seq) AS executions,
  coalesce(list_sort(list(DISTINCT e."function") FILTER (e."function" IS NOT NULL)), []) AS executed_functions
FROM pod_lives AS p LEFT JOIN pod_executions AS e USING (uid)
GROUP BY p.uid, p.pod, p.node, p.label_function, p.label_namespace, p.invoker, p.seen_from_ms, p.gone_ms, p.restarts
ORDER BY p.seen_from_ms, p.pod;
