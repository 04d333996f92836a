-- Executions of this test as the logs told them, numbered; what was cold is null where these logs cannot tell it, and with it
-- how much of the duration was execution.
SELECT placed.* EXCLUDE (filename, file_row_number, file, place) REPLACE (
  coalesce(numbered.attempt, 1) AS attempt,
  CASE WHEN (SELECT tell_no_init FROM these_logs) AND NOT cold THEN NULL ELSE cold END AS cold,
  CASE WHEN (SELECT tell_no_init FROM these_logs) AND NOT cold THEN NULL ELSE execution_ms END AS execution_ms
)
FROM (SELECT *, (file << 40) | file_row_number AS place FROM fetched JOIN file_numbers USING (filename)) AS placed
SEMI JOIN of_this_test USING (place)
LEFT JOIN numbered USING (place)
