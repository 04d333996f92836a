-- When the invocations whose records are still missing were under way, ms since plan zero.
SELECT
  min(coalesce(sent_ms, planned_ms)) AS first_ms,
  max(coalesce(end_ms, planned_ms)) AS last_ms,
  count(DISTINCT activation_id) AS missing
FROM invocations
WHERE activation_id IN (SELECT activation_id FROM awaited);
