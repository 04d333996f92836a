-- The activations that the invocations named and that were not fetched yet.
CREATE OR REPLACE TEMP TABLE awaited AS
SELECT activation_id FROM awaited ANTI JOIN fetched USING (activation_id);
