-- The platform's word stands; where it says nothing, faas_measure's is taken. Execution is the duration where no cold start
-- made part of it (docs/columns.md), which may be known only now.
UPDATE joined
SET
  worker = coalesce(joined.worker, measured.worker),
  cold = coalesce(joined.cold, measured.cold),
  execution_ms = CASE
    WHEN joined.cold IS NULL AND NOT measured.cold AND joined.init_ms IS NULL
      THEN coalesce(joined.execution_ms, joined.duration_ms)
    ELSE joined.execution_ms
  END
FROM measured
WHERE measured.seq = joined.seq AND (measured.fills_worker OR measured.fills_cold);
