-- The groups that figures are made of, numbered, and their rows: the whole run, functions and instances. A row of the run
-- stands in `grouped` once for every group that it is in. $groups: JSON, a list of {scope, name}, without groups whose rows
-- are those of another.
CREATE OR REPLACE TEMP TABLE own_groups AS
SELECT unnest(from_json($groups, '[{"number": "INTEGER", "scope": "VARCHAR", "name": "VARCHAR"}]'), recursive := true);
