-- How an execution is billed; docs/cost.md has the formulas.
CREATE OR REPLACE TEMP MACRO memory_mib(memory_limit_bytes) AS
  CASE WHEN memory_limit_bytes > 0 THEN memory_limit_bytes / 1048576 END;

-- GB is 1024 MiB. Sums are kept in MiB·ms: these are whole numbers as a rule, whose sum is exact in any order.
CREATE OR REPLACE TEMP MACRO gb_seconds(mib_ms) AS mib_ms / (1024 * 1000);

-- A time rounded up to a multiple of the granularity, at least one. What is beyond six decimals is the error of a division:
-- 2.1 / 0.3 is 7.000000000000001, and seven steps.
CREATE OR REPLACE TEMP MACRO rounded_up(ms, granularity_ms) AS
  CASE WHEN ms IS NOT NULL THEN greatest(1, ceil(round(ms / granularity_ms, 6))) * granularity_ms END;

-- The platform's word, else the duration, which holds the init; of runs before the init was billed, without it.
CREATE OR REPLACE TEMP MACRO billed_time(billed_ms, duration_ms, execution_ms, init_billed, granularity_ms) AS
  coalesce(billed_ms, rounded_up(CASE WHEN init_billed THEN duration_ms ELSE execution_ms END, granularity_ms));

-- What the init added to a billed time: what is left of it without the execution, and never more than the init took. A cold
-- start without an init restored a snapshot; of that nothing but the bill is billed.
CREATE OR REPLACE TEMP MACRO billed_init(billed_ms, execution_ms, init_ms, cold, granularity_ms) AS
  CASE
    WHEN billed_ms IS NULL THEN NULL
    WHEN cold = false THEN 0
    WHEN execution_ms IS NULL OR cold IS NULL THEN NULL
    ELSE least(
      -- the least of a number and null is the number
      rounded_up(init_ms, granularity_ms),
      greatest(0, billed_ms - rounded_up(execution_ms, granularity_ms))
    )
  END;
