-- Of the ids in a JSON list, those of activations that the run expects and that have not arrived.
SELECT activation_id
FROM (SELECT unnest(from_json($ids, '["VARCHAR"]')) AS activation_id)
SEMI JOIN expected USING (activation_id)
ANTI JOIN arrived USING (activation_id);
