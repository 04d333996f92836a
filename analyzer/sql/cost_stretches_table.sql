CREATE OR REPLACE TEMP TABLE cost_stretches (
  function VARCHAR,
  first_seq BIGINT,
  priced BIGINT,
  without_record BIGINT,
  without_memory BIGINT,
  without_time BIGINT,
  init_known BIGINT,
  mib_ms DOUBLE,
  init_mib_ms DOUBLE,
  requests DOUBLE,
  n BIGINT,
  whole_mib_ms DOUBLE,
  whole_requests DOUBLE
);
