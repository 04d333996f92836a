-- How many invocations were planned, fired and completed in each bin. Completed is what did not fail, when it was done: when
-- its answer was complete, or, of one that was only accepted, when the platform says that it ended.
SELECT
  least($bins - 1, greatest(0, floor(at_ms / $bin_ms)))::INTEGER AS bin,
  count(*) FILTER (what = 'planned') AS planned,
  count(*) FILTER (what = 'fired') AS fired,
  count(*) FILTER (what = 'completed') AS completed
FROM (
  SELECT 'planned' AS what, planned_ms AS at_ms FROM joined_rows
  UNION ALL SELECT 'fired', fired_ms FROM joined_rows WHERE fired_ms IS NOT NULL
  UNION ALL SELECT 'completed', end_ms FROM joined_rows WHERE NOT failed AND NOT accepted AND end_ms IS NOT NULL
  UNION ALL SELECT 'completed', finish_ms FROM activity WHERE NOT failed AND accepted
)
GROUP BY bin;
