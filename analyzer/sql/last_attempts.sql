-- What executed the invocations: activations that no other caused, of several attempts the last, with how many there were.
-- Few have more than one.
CREATE OR REPLACE TEMP VIEW last_attempts AS
WITH retried AS (
  SELECT activation_id, count(*)::INTEGER AS attempts, max(attempt) AS last
  FROM attempts
  WHERE activation_id IN (SELECT activation_id FROM attempts WHERE attempt > 1)
  GROUP BY activation_id
)
SELECT
  attempts.*,
  coalesce(retried.attempts, 1) AS attempts,
  -- here already: the join holds a bit instead of a text
  attempts.kind IS NOT DISTINCT FROM 'sequence' AS is_sequence
FROM attempts LEFT JOIN retried USING (activation_id)
WHERE retried.last IS NULL OR attempts.attempt = retried.last;
-- Names that recur are numbers within the analysis; a type needs at least one name.
CREATE OR REPLACE TYPE instance_name AS ENUM (SELECT DISTINCT instance FROM invocations WHERE instance IS NOT NULL UNION SELECT '' ORDER BY 1);
CREATE OR REPLACE TYPE function_name AS ENUM (SELECT DISTINCT function FROM invocations WHERE function IS NOT NULL UNION SELECT '' ORDER BY 1);
CREATE OR REPLACE TYPE outcome_word AS ENUM (SELECT DISTINCT outcome FROM invocations WHERE outcome IS NOT NULL UNION SELECT '' ORDER BY 1);
CREATE OR REPLACE TYPE error_word AS ENUM (SELECT DISTINCT error FROM invocations WHERE error IS NOT NULL UNION SELECT '' ORDER BY 1);
CREATE OR REPLACE TYPE worker_name AS ENUM (SELECT DISTINCT worker FROM attempts WHERE worker IS NOT NULL UNION SELECT '' ORDER BY 1);
