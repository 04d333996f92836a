-- What answers of faas_measure tell of their worker: `exist_id` is the same in all answers of one worker, and the same as
-- `new_id` in the first of them. Of an answer that the invoker cut it found the ids while the whole passed by; else they lie
-- in the result or the body (macros of records/measured-ids.ts). Needs `joined`, `last_attempts` and `responses`.
CREATE OR REPLACE TEMP TABLE measured AS
WITH results AS (
  SELECT i.seq, a.result AS answer
  FROM invocations AS i
  -- cheap tests first: of most functions no answer is searched, and no id is joined
  JOIN (SELECT activation_id, result FROM last_attempts WHERE contains(result, 'exist_id') OR contains(result, '#')) AS a
    USING (activation_id)
),
kept AS (
  SELECT seq, body AS answer, exist_id, new_id
  FROM responses
  WHERE exist_id IS NOT NULL OR contains(body, 'exist_id') OR contains(body, '#')
),
said AS (
  SELECT seq, coalesce(results.answer, kept.answer) AS answer, exist_id, new_id
  FROM results FULL JOIN kept USING (seq)
),
told AS (
  SELECT
    seq,
    CASE
      WHEN exist_id IS NOT NULL AND new_id IS NOT NULL THEN [exist_id, new_id]
      WHEN json_exist_id(answer) IS NOT NULL AND json_new_id(answer) IS NOT NULL
        THEN [json_exist_id(answer), json_new_id(answer)]
      WHEN line_exist_id(answer) IS NOT NULL THEN [line_exist_id(answer), line_new_id(answer)]
    END AS ids
  FROM said
)
SELECT
  seq,
  -- where the platform names the worker of some of its answers it is no second one in the others
  coalesce(arg_min(worker, seq) OVER (PARTITION BY ids[1]), ids[1]) AS worker,
  ids[1] = ids[2] AS cold,
  worker IS NULL AS fills_worker,
  cold IS NULL AS fills_cold,
  coalesce(cold <> (ids[1] = ids[2]), false) AS disagrees
FROM told JOIN joined USING (seq)
WHERE ids IS NOT NULL;
