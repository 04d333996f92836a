-- The groups that figures are made of, numbered: the whole run, functions and instances. $groups: JSON, a list of
-- {number, scope, name}, without groups whose rows are those of another.
CREATE OR REPLACE TEMP TABLE own_groups AS
SELECT unnest(from_json($groups, '[{"number": "INTEGER", "scope": "VARCHAR", "name": "VARCHAR"}]'), recursive := true);
