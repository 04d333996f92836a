-- How often faas_measure told the worker, and what came of it.
SELECT
  count(*) AS answers,
  count(*) FILTER (fills_worker) AS workers_filled,
  count(*) FILTER (fills_cold) AS cold_filled,
  count(*) FILTER (disagrees) AS disagreeing
FROM measured;
