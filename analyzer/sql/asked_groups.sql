-- The groups that the next statements ask for. $numbers: JSON, a list of their numbers.
CREATE OR REPLACE TEMP TABLE asked_groups AS
SELECT * FROM own_groups WHERE number IN (SELECT unnest(from_json($numbers, '["INTEGER"]')));
