/**
 * What the client's times mean, once for the invoker and the analyzer: macros that every connection of `openTables` knows.
 *
 * Response time has a row with a whole answer (a status and no fault of the transport after it), and one that timed out,
 * with the time waited as a lower bound: leaving these out would make the slowest calls vanish. It has no row that was
 * only accepted (202 to a call that does not wait), whose connection failed, or that was dropped or lost: these ended
 * early for another reason than a fast function.
 */
export const CLIENT_TIME_MACROS = `
  CREATE MACRO is_accepted(outcome, status) AS coalesce(outcome = 'ok' AND status = 202, false);
  CREATE MACRO is_answered(outcome, error, status) AS NOT is_accepted(outcome, status) AND coalesce(
    outcome = 'ok'
    OR error = 'timeout'
    OR (outcome = 'failed' AND status IS NOT NULL
      AND coalesce(error NOT IN ('refused', 'reset', 'dns', 'tls', 'protocol', 'no_socket'), true)), false);
  CREATE MACRO response_time(outcome, error, status, planned_ms, end_ms) AS
    CASE WHEN is_answered(outcome, error, status) THEN end_ms - planned_ms END;
  CREATE MACRO service_time(outcome, error, status, sent_ms, end_ms) AS
    CASE WHEN is_answered(outcome, error, status) THEN end_ms - sent_ms END;
  CREATE MACRO acceptance_time(outcome, status, planned_ms, end_ms) AS
    CASE WHEN is_accepted(outcome, status) THEN end_ms - planned_ms END;
  -- A row that met its deadline before it got a connection was held back at least until then.
  CREATE MACRO send_lag(error, planned_ms, sent_ms, end_ms) AS
    coalesce(sent_ms, CASE WHEN error = 'timeout' THEN end_ms END) - planned_ms;
`;

/** The macros on the columns of `invocations`. */
export const CLIENT_TIMES = {
  response_ms: 'response_time(outcome, error, status, planned_ms, end_ms)',
  service_ms: 'service_time(outcome, error, status, sent_ms, end_ms)',
  acceptance_ms: 'acceptance_time(outcome, status, planned_ms, end_ms)',
  lateness_ms: 'fired_ms - planned_ms',
  send_lag_ms: 'send_lag(error, planned_ms, sent_ms, end_ms)',
  send_wait_ms: 'send_lag(error, fired_ms, sent_ms, end_ms)',
} as const;
