-- The activations that the invocations named, none of which has been read.
CREATE OR REPLACE TEMP TABLE awaited AS
SELECT DISTINCT activation_id FROM invocations WHERE activation_id IS NOT NULL;
