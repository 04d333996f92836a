-- Whether the platform told the wait of most invocations whose other parts are known: OpenWhisk does, Lambda does not.
CREATE OR REPLACE TEMP TABLE wait_told AS
SELECT 2 * count(network_front_ms) >= count(network_front_wait_ms) AS is_told
FROM joined
WHERE execution_ms IS NOT NULL;
