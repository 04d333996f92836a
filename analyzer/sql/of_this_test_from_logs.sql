-- Of the executions that logs told, which rows of which file are this test's, and which of them are later attempts. One id
-- may have several executions: the platform executes an Event that failed again, with the same id. They are told apart by
-- log stream, end and duration, and numbered in order of time. Logs may tell one execution twice (overlapping files, a page
-- read again): the row that knows most counts. A row without a time is left out where another of the same id, duration and
-- bill has one and is of no other log stream, and a row without log stream where such another has one.
-- There may be millions of rows, so texts are left behind at once: an id is its digest, a log stream its hash, and a row's
-- place one number: of its file, and in it.
CREATE OR REPLACE TEMP TABLE file_numbers AS
SELECT filename, row_number() OVER (ORDER BY filename) AS file FROM (SELECT DISTINCT filename FROM fetched);

CREATE OR REPLACE TEMP TABLE told_executions AS
SELECT
  request,
  duration_ms,
  any_value(billed_ms) AS billed_ms,
  end_ms,
  stream,
  bool_or(init_ms IS NOT NULL) AS told_init,
  -- the row that knows most, of these the first
  min((lacking << 60) | place) & ((1::BIGINT << 60) - 1) AS place
FROM (
  SELECT
    md5_number(activation_id) AS request,
    CASE WHEN log_stream IS NOT NULL THEN hash(log_stream) END AS stream,
    2 * (wait_ms IS NULL)::BIGINT + (start_ms IS NULL)::BIGINT AS lacking,
    (file << 40) | file_row_number AS place,
    end_ms, duration_ms, init_ms, billed_ms
  FROM fetched
  JOIN file_numbers USING (filename)
  SEMI JOIN invocations USING (activation_id)
)
GROUP BY request, stream, end_ms, duration_ms;

-- Most ids have one row only, and none that could be the same.
CREATE OR REPLACE TEMP TABLE told_alike AS
SELECT * FROM told_executions
SEMI JOIN (SELECT request, duration_ms FROM told_executions GROUP BY ALL HAVING count(*) > 1) USING (request, duration_ms);

CREATE OR REPLACE TEMP TABLE timed_alike AS
SELECT * FROM told_alike AS a
WHERE end_ms IS NOT NULL OR NOT EXISTS (
  FROM told_alike AS b
  WHERE b.request = a.request AND b.duration_ms = a.duration_ms AND b.billed_ms = a.billed_ms
    AND b.end_ms IS NOT NULL AND coalesce(b.stream = a.stream, true)
);

CREATE OR REPLACE TEMP TABLE of_this_test AS
SELECT place, request, end_ms FROM told_executions ANTI JOIN told_alike USING (place)
UNION ALL
SELECT place, request, end_ms FROM timed_alike WHERE stream IS NOT NULL
UNION ALL
SELECT place, request, end_ms
FROM (SELECT * FROM timed_alike WHERE stream IS NULL)
ANTI JOIN (SELECT * FROM timed_alike WHERE stream IS NOT NULL) USING (request, duration_ms, billed_ms);

-- Most ids have one execution only, and need no number.
CREATE OR REPLACE TEMP TABLE numbered AS
SELECT place, row_number() OVER (PARTITION BY request ORDER BY end_ms NULLS LAST, place)::INTEGER AS attempt
FROM of_this_test
SEMI JOIN (SELECT request FROM of_this_test GROUP BY request HAVING count(*) > 1) USING (request);

-- Before 2020 no line told an init, and bills were in steps of 100 ms: there nobody knows what was cold.
CREATE OR REPLACE TEMP TABLE these_logs AS
SELECT coalesce(NOT bool_or(told_init) AND bool_and(coalesce(billed_ms % 100 = 0, false)), false) AS tell_no_init
FROM told_executions SEMI JOIN of_this_test USING (place);
