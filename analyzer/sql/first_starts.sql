-- When invocations that were tried more than once first started; of the others the joined start is the first.
CREATE OR REPLACE TEMP TABLE first_starts AS
SELECT seq, min(start_ms) AS first_start_ms
FROM attempts JOIN invocations USING (activation_id)
WHERE activation_id IN (SELECT activation_id FROM attempts WHERE attempt > 1)
GROUP BY seq;
