-- How many invocations were in flight (sent, and no end yet), or how many workers lived, at once: for each bin in which the
-- level changed its peak, and by how much it changed. A worker lives from the begin of its first execution to the end of its
-- last; how long the platform keeps it after that nobody sees. What has no end, since the run was interrupted, stays.
WITH spans AS (
  SELECT 'in_flight' AS level, sent_ms AS from_ms, end_ms AS upto_ms
  FROM joined_rows
  WHERE sent_ms IS NOT NULL
  UNION ALL
  SELECT 'live_workers', min(begin_ms), max(finish_ms)
  FROM activity
  WHERE worker IS NOT NULL
  GROUP BY worker
),
exact AS (
  SELECT round(from_ms * 1e3)::BIGINT AS from_us, round(upto_ms * 1e3)::BIGINT AS upto_us
  FROM spans
  WHERE level = $level
),
steps AS (
  SELECT from_us AS at_us, 1 AS step FROM exact
  UNION ALL
  -- no span is without any length: its end would come before its beginning
  SELECT greatest(upto_us, from_us + 1), -1 FROM exact WHERE upto_us IS NOT NULL
),
heights AS (
  SELECT
    least($bins - 1, greatest(0, floor(at_us / 1e3 / $bin_ms)))::INTEGER AS bin,
    step,
    -- of one moment the ends come first; one number sorts faster than two columns
    sum(step) OVER (ORDER BY 2 * at_us + (step > 0)::BIGINT ROWS UNBOUNDED PRECEDING) AS height
  FROM steps
)
SELECT bin, max(height) AS peak, sum(step) AS change
FROM heights
GROUP BY bin;
