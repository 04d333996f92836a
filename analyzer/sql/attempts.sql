-- Activations that no other caused, one row an attempt.
CREATE OR REPLACE TEMP VIEW attempts AS
SELECT * FROM activations WHERE cause IS NULL;
