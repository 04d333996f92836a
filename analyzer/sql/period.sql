-- From the platform's starts: first start to last start, and how many in it a second. An invocation that was tried several
-- times started with its first attempt. Starts that cannot be of this run are left out.
WITH starts AS (
  SELECT coalesce(first_start_ms, start_ms) AS start_ms
  FROM joined LEFT JOIN first_starts USING (seq)
),
placed AS (
  SELECT
    start_ms,
    coalesce(start_ms + shift_ms NOT BETWEEN earliest_start_ms AND latest_start_ms, false) AS is_stray
  FROM starts, run_bounds
  WHERE start_ms IS NOT NULL
),
figures AS (
  SELECT
    count(*) FILTER (is_stray) AS strays,
    count(*) FILTER (NOT is_stray) AS n,
    (max(start_ms) FILTER (NOT is_stray) - min(start_ms) FILTER (NOT is_stray)) / 1000 AS seconds
  FROM placed
)
SELECT seconds, CASE WHEN seconds > 0 THEN n / seconds END AS rate_per_s, strays FROM figures;
