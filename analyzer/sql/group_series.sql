-- The values of some groups in the order of the plan, for intervals that heed their correlation in time. $metrics: the names of the metrics to read.
SELECT
  number,
  list(response_ms ORDER BY seq) FILTER (response_ms IS NOT NULL AND contains($metrics, 'response_ms')) AS response_ms,
  list(service_ms ORDER BY seq) FILTER (service_ms IS NOT NULL AND contains($metrics, 'service_ms')) AS service_ms,
  list(acceptance_ms ORDER BY seq) FILTER (acceptance_ms IS NOT NULL AND contains($metrics, 'acceptance_ms')) AS acceptance_ms,
  list(failed::TINYINT ORDER BY seq) FILTER (contains($metrics, 'failed')) AS failed,
  list(cold::TINYINT ORDER BY seq) FILTER (cold IS NOT NULL AND contains($metrics, 'cold')) AS cold
FROM grouped
GROUP BY number;
