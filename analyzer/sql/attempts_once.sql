-- The same where a table holds attempts more than once, as another program may have written it: of each the latest.
CREATE OR REPLACE TEMP VIEW attempts AS
SELECT * FROM activations WHERE cause IS NULL
QUALIFY row_number() OVER (PARTITION BY activation_id, attempt ORDER BY start_ms DESC NULLS LAST) = 1;
