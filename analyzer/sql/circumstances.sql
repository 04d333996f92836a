-- Why there were cold starts: of each function's executions, how many arrived after which idle time and beside how many
-- others of the same function, and how many of those were cold. A worker is free only if an earlier execution had ended.
-- Clocks of whole milliseconds give executions without any length; they are taken as a microsecond long, so that none ends
-- before it begins. Executions that nobody knows as warm or cold keep workers busy like the others, and are not counted.
WITH steps AS (
  SELECT function AS name, round(arrival_ms * 1e3)::BIGINT AS at_us, 1 AS step, seq, cold, by_client
  FROM activity
  UNION ALL
  SELECT function, greatest(round(finish_ms * 1e3)::BIGINT, round(arrival_ms * 1e3)::BIGINT + 1), -1, seq, NULL, NULL
  FROM activity
),
levels AS (
  SELECT
    *,
    sum(step) OVER so_far - 1 AS running,
    -- where nothing is running, what came before is the end of the last that was
    at_us - lag(at_us) OVER in_order AS idle_us
  FROM steps
  WINDOW
    -- of one moment the ends come first
    in_order AS (PARTITION BY name ORDER BY 2 * at_us + (step > 0)::BIGINT, seq),
    so_far AS (PARTITION BY name ORDER BY 2 * at_us + (step > 0)::BIGINT, seq ROWS UNBOUNDED PRECEDING)
),
circumstances AS (
  SELECT
    name,
    cold,
    by_client,
    CASE
      WHEN running > 0 THEN 1
      WHEN idle_us IS NULL THEN 0
      WHEN idle_us < 1e6 THEN 2
      WHEN idle_us < 1e7 THEN 3
      WHEN idle_us < 6e7 THEN 4
      WHEN idle_us < 6e8 THEN 5
      ELSE 6
    END AS gap,
    CASE
      WHEN running <= 1 THEN running
      WHEN running < 4 THEN 2
      WHEN running < 8 THEN 3
      WHEN running < 16 THEN 4
      ELSE 5
    END AS crowd
  FROM levels
  WHERE step > 0 AND cold IS NOT NULL
)
SELECT
  name::VARCHAR AS name,
  gap,
  crowd,
  count(*) FILTER (cold) AS cold,
  count(*) AS n,
  count(*) FILTER (by_client) AS by_client
FROM circumstances
GROUP BY ALL
ORDER BY ALL;
