-- The values of all invocations in the order of the plan, for intervals that heed their correlation in time.
SELECT
  list(response_ms ORDER BY seq) FILTER (response_ms IS NOT NULL) AS response_ms,
  list(acceptance_ms ORDER BY seq) FILTER (acceptance_ms IS NOT NULL) AS acceptance_ms,
  list(failed::TINYINT ORDER BY seq) AS failed,
  list(cold::TINYINT ORDER BY seq) FILTER (cold IS NOT NULL) AS cold
FROM joined;
