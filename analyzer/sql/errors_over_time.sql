-- Failed, dropped and lost invocations by kind in the bin in which each was planned.
SELECT
  least($bins - 1, greatest(0, floor(planned_ms / $bin_ms)))::INTEGER AS bin,
  coalesce(error, CASE WHEN outcome = 'ok' THEN 'function_error' ELSE outcome END) AS kind,
  count(*) AS n
FROM joined
WHERE failed
GROUP BY ALL;
