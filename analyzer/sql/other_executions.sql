-- What was executed for an invocation beside the attempt that is joined to it: the attempts before it, and the components
-- of a sequence; these count as the sequence's, whichever function they are.
-- The components first, as a table: where there are none, which is known then, the large tables are not joined at all.
CREATE OR REPLACE TEMP TABLE components AS
WITH RECURSIVE
-- each component with every activation above it, since a sequence may hold sequences
ancestors AS (
  SELECT activation_id, cause AS ancestor FROM activations WHERE cause IS NOT NULL
  UNION
  SELECT ancestors.activation_id, above.cause
  FROM ancestors JOIN activations AS above ON above.activation_id = ancestors.ancestor
  WHERE above.cause IS NOT NULL
)
SELECT * FROM ancestors;

CREATE OR REPLACE TEMP TABLE other_executions AS
WITH others AS (
  SELECT j.seq, a.kind, a.memory_limit_bytes, a.billed_ms, a.duration_ms, a.execution_ms, a.init_ms, a.restore_ms, a.cold
  FROM (SELECT seq, activation_id, attempt FROM joined WHERE attempts > 1) AS j
  JOIN activations AS a USING (activation_id)
  WHERE a.cause IS NULL AND a.attempt <> j.attempt
  UNION ALL
  SELECT j.seq, a.kind, a.memory_limit_bytes, a.billed_ms, a.duration_ms, a.execution_ms, a.init_ms, a.restore_ms, a.cold
  FROM components
  JOIN joined AS j ON j.activation_id = components.ancestor
  JOIN activations AS a ON a.activation_id = components.activation_id AND a.cause IS NOT NULL
)
SELECT * EXCLUDE (kind) FROM others WHERE kind IS DISTINCT FROM 'sequence';
