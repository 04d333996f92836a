-- The rows of every group of which each part of the response time is known; these sum to it. Where the platform tells no wait,
-- it lies with network and front in one part. A part may be negative, since two clocks tell it: counted, never clipped.
CREATE OR REPLACE TEMP VIEW known_parts AS
SELECT
  number,
  cold,
  lateness_ms,
  send_wait_ms,
  CASE WHEN is_told THEN network_front_ms END AS network_front_ms,
  CASE WHEN NOT is_told THEN network_front_wait_ms END AS network_front_wait_ms,
  CASE WHEN is_told THEN wait_ms END AS wait_ms,
  CASE WHEN cold = false THEN 0 ELSE init_ms END AS part_init_ms,
  execution_ms,
  least(
    lateness_ms,
    send_wait_ms,
    CASE WHEN is_told THEN least(network_front_ms, wait_ms) ELSE network_front_wait_ms END,
    part_init_ms,
    execution_ms
  ) < 0 AS has_negative
FROM grouped, wait_told
WHERE response_ms IS NOT NULL
  AND lateness_ms IS NOT NULL
  AND send_wait_ms IS NOT NULL
  AND CASE WHEN is_told THEN network_front_ms ELSE network_front_wait_ms END IS NOT NULL
  AND part_init_ms IS NOT NULL
  AND execution_ms IS NOT NULL;
-- The part of a name.
CREATE OR REPLACE TEMP MACRO part_of(part, lateness, send_wait, network_front, network_front_wait, wait, init, execution) AS
  CASE part
    WHEN 'lateness_ms' THEN lateness
    WHEN 'send_wait_ms' THEN send_wait
    WHEN 'network_front_ms' THEN network_front
    WHEN 'network_front_wait_ms' THEN network_front_wait
    WHEN 'wait_ms' THEN wait
    WHEN 'init_ms' THEN init
    WHEN 'execution_ms' THEN execution
  END;
