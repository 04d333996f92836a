-- What answers of faas_measure tell of their worker: `exist_id` is the same in all answers of one worker, and the same as
-- `new_id` in the first of them. Of an answer that the invoker cut it found the ids while the whole passed by; else they lie
-- in the result or the body (macros of records/measured-ids.ts). Needs `joined` and `responses`.
CREATE OR REPLACE TEMP TABLE measured AS
WITH said AS (
  SELECT
    joined.seq,
    joined.worker,
    joined.cold,
    coalesce(joined.result, responses.body) AS answer,
    responses.exist_id,
    responses.new_id
  FROM joined
  LEFT JOIN responses USING (seq)
),
told AS (
  SELECT
    seq,
    worker,
    cold,
    CASE
      WHEN exist_id IS NOT NULL AND new_id IS NOT NULL THEN [exist_id, new_id]
      WHEN json_exist_id(answer) IS NOT NULL AND json_new_id(answer) IS NOT NULL
        THEN [json_exist_id(answer), json_new_id(answer)]
      WHEN line_exist_id(answer) IS NOT NULL THEN [line_exist_id(answer), line_new_id(answer)]
    END AS ids
  FROM said
  -- cheap tests first: of most functions no answer is searched
  WHERE exist_id IS NOT NULL OR contains(answer, 'exist_id') OR contains(answer, '#')
)
SELECT
  seq,
  -- where the platform names the worker of some of its answers it is no second one in the others
  coalesce(arg_min(worker, seq) OVER (PARTITION BY ids[1]), ids[1]) AS worker,
  ids[1] = ids[2] AS cold,
  worker IS NULL AS fills_worker,
  cold IS NULL AS fills_cold,
  coalesce(cold <> (ids[1] = ids[2]), false) AS disagrees
FROM told
WHERE ids IS NOT NULL;
