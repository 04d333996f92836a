-- p90 - p10 of the latency of each function.
SELECT function, quantile_cont(latency_ms, 0.9) - quantile_cont(latency_ms, 0.1) AS factor_ms
FROM joined
WHERE latency_ms IS NOT NULL
GROUP BY function
ORDER BY min(seq);
