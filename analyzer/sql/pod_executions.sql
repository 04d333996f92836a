-- Which execution was on which pod: its worker is named as the pod, or answered with the pod's address (faas_measure, command
-- `stat`: inst_priv_ip, else vm_priv_ip; both are the pod's own within it) while the pod was there. Addresses are given anew
-- to later pods, and pods in the network of their host share one: what may be of two pods is of none. Needs `joined`,
-- `last_attempts`, `responses` and `pod_lives`.
CREATE OR REPLACE TEMP TABLE pod_told AS
WITH results AS (
  SELECT i.seq, a.result AS answer
  FROM invocations AS i
  JOIN (SELECT activation_id, result FROM last_attempts WHERE contains(result, '_priv_ip') OR contains(result, '#')) AS a
    USING (activation_id)
),
kept AS (
  SELECT seq, body AS answer FROM responses WHERE contains(body, '_priv_ip') OR contains(body, '#')
),
answers AS (
  SELECT seq, coalesce(results.answer, kept.answer) AS answer FROM results FULL JOIN kept USING (seq)
),
fields AS (
  SELECT
    seq,
    -- as JSON, be it within strings of JSON
    nullif(regexp_extract(answer, 'inst_priv_ip\\{0,3}"\s{0,8}:\s{0,8}\\{0,3}"(\d{1,3}(?:\.\d{1,3}){3})\\{0,3}"', 1), '') AS own,
    nullif(regexp_extract(answer, 'vm_priv_ip\\{0,3}"\s{0,8}:\s{0,8}\\{0,3}"(\d{1,3}(?:\.\d{1,3}){3})\\{0,3}"', 1), '') AS by_name,
    -- exist_id#new_id#vm_id#inst_id#vm_priv_ip#vm_pub_ip#inst_priv_ip#…
    regexp_extract(
      '#' || answer,
      '["#][0-9A-Fa-f-]{36}#[0-9A-Fa-f-]{36}#[^#]{0,200}#[^#]{0,200}#([0-9.]{7,15}|None)#[^#]{0,200}#([0-9.]{7,15}|None)#',
      ['by_name', 'own']
    ) AS line
  FROM answers
)
SELECT
  j.seq,
  j.worker,
  j.function::VARCHAR AS "function",
  j.sent_ms,
  -- of what was only accepted nobody knows here when it was done
  CASE WHEN NOT j.accepted THEN j.end_ms END AS end_ms,
  coalesce(f.own, nullif(nullif(f.line.own, ''), 'None'), f.by_name, nullif(nullif(f.line.by_name, ''), 'None')) AS address
FROM joined AS j LEFT JOIN fields AS f USING (seq)
WHERE j.sent_ms IS NOT NULL AND (j.worker IS NOT NULL OR address IS NOT NULL);

CREATE OR REPLACE TEMP TABLE pod_executions AS
WITH candidates AS (
  SELECT t.seq, p.uid FROM pod_told AS t JOIN pod_lives AS p ON p.pod = t.worker
  UNION
  SELECT t.seq, p.uid
  FROM pod_told AS t JOIN pod_lives AS p ON p.pod_ip = t.address
  WHERE p.seen_from_ms <= coalesce(t.end_ms, 'infinity') AND coalesce(p.gone_ms, 'infinity') >= t.sent_ms
),
only_one AS (
  SELECT seq, any_value(uid) AS uid FROM candidates GROUP BY seq HAVING count(*) = 1
)
SELECT seq, uid, t.worker, t."function" FROM only_one JOIN pod_told AS t USING (seq);
