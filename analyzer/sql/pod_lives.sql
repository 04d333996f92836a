-- One row a pod: what was told of it, and from when to when it was seen. A pod keeps its node, its address and its action
-- once it has them. Needs the view `watched_pods`: a row an event.
CREATE OR REPLACE TEMP TABLE pod_lives AS
SELECT
  uid,
  arg_max(pod, time_ms) AS pod,
  arg_max(node, time_ms) FILTER (node IS NOT NULL) AS node,
  arg_max(pod_ip, time_ms) FILTER (pod_ip IS NOT NULL) AS pod_ip,
  arg_max("function", time_ms) FILTER ("function" IS NOT NULL) AS label_function,
  arg_max(namespace, time_ms) FILTER (namespace IS NOT NULL) AS label_namespace,
  arg_max(invoker, time_ms) FILTER (invoker IS NOT NULL) AS invoker,
  max(restarts) AS restarts,
  min(time_ms) AS seen_from_ms,
  -- told twice where a watch and a list both noticed it
  min(time_ms) FILTER (event IN ('DELETED', 'GONE')) AS gone_ms
FROM watched_pods
GROUP BY uid;
