-- The rows of every group of which each part of the response time is known; these sum to it. A part may be negative, since
-- two clocks tell it: counted, never clipped.
CREATE OR REPLACE TEMP VIEW known_parts AS
SELECT
  number,
  cold,
  lateness_ms,
  send_wait_ms,
  network_front_ms,
  wait_ms,
  CASE WHEN cold = false THEN 0 ELSE init_ms END AS part_init_ms,
  execution_ms,
  least(lateness_ms, send_wait_ms, network_front_ms, wait_ms, part_init_ms, execution_ms) < 0 AS has_negative
FROM grouped
WHERE response_ms IS NOT NULL
  AND lateness_ms IS NOT NULL
  AND send_wait_ms IS NOT NULL
  AND network_front_ms IS NOT NULL
  AND part_init_ms IS NOT NULL
  AND execution_ms IS NOT NULL;
-- The part of a name.
CREATE OR REPLACE TEMP MACRO part_of(part, lateness, send_wait, network_front, wait, init, execution) AS
  CASE part
    WHEN 'lateness_ms' THEN lateness
    WHEN 'send_wait_ms' THEN send_wait
    WHEN 'network_front_ms' THEN network_front
    WHEN 'wait_ms' THEN wait
    WHEN 'init_ms' THEN init
    WHEN 'execution_ms' THEN execution
  END;
