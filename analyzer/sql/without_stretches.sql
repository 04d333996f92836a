DELETE FROM cost_stretches WHERE function IN (SELECT unnest(from_json($functions, '["VARCHAR"]')));
