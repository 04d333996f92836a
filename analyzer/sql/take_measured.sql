-- The platform's word stands; where it says nothing, faas_measure's is taken. Execution is the duration where no cold start
-- made part of it (docs/columns.md), which may be known only now. The type of the column holds the names that the platform
-- told, and no other.
ALTER TABLE joined_rows ALTER worker TYPE VARCHAR;
UPDATE joined_rows AS j
SET
  worker = coalesce(j.worker, m.worker),
  cold = coalesce(j.cold, m.cold),
  execution_ms = CASE
    WHEN j.cold IS NULL AND NOT m.cold AND j.init_ms IS NULL THEN coalesce(j.execution_ms, j.duration_ms)
    ELSE j.execution_ms
  END
FROM measured AS m
WHERE m.seq = j.seq AND (m.fills_worker OR m.fills_cold);
