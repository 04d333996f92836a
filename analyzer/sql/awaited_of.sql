-- Of the ids in a JSON list, those of activations that are awaited.
SELECT activation_id
FROM (SELECT unnest(from_json($ids, '["VARCHAR"]')) AS activation_id)
SEMI JOIN awaited USING (activation_id);
