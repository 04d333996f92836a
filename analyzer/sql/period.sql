-- From the platform's starts: first start to last start, and how many in it a second.
SELECT
  CASE WHEN count(start_ms) > 0 THEN (max(start_ms) - min(start_ms)) / 1000 END AS seconds,
  CASE WHEN max(start_ms) > min(start_ms) THEN 1000 * count(start_ms) / (max(start_ms) - min(start_ms)) END AS rate_per_s
FROM joined;
