-- Invocations whose activation has no record.
SELECT seq, activation_id
FROM invocations
WHERE activation_id IS NOT NULL AND activation_id NOT IN (SELECT activation_id FROM activations)
ORDER BY seq;
