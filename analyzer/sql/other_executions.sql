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
WITH retried AS (
  SELECT seq, i.activation_id
  FROM (SELECT seq FROM joined WHERE attempts > 1) JOIN invocations AS i USING (seq)
),
earlier AS (
  SELECT seq, attempts.*
  FROM retried JOIN attempts USING (activation_id)
  QUALIFY attempt < max(attempt) OVER (PARTITION BY seq)
),
caused AS (
  SELECT i.seq, a.*
  FROM components
  JOIN invocations AS i ON i.activation_id = components.ancestor
  JOIN activations AS a ON a.activation_id = components.activation_id AND a.cause IS NOT NULL
)
SELECT seq, memory_limit_bytes, billed_ms, duration_ms, execution_ms, init_ms, cold
FROM (FROM earlier UNION ALL FROM caused)
WHERE kind IS DISTINCT FROM 'sequence';
