-- How the platform's clock stands to the run's, whose zero is plan zero. No activation can arrive before its request was
-- sent, nor end after its answer came. If the clocks as they are keep this, nothing is shifted; else by as little as
-- makes it true for 19 of 20 activations on either side (a few may come with a wait of yet another clock). Where both
-- cannot be, by the middle between them. Null where no activation has a time. Of many activations some 20,000 stand for all.
CREATE OR REPLACE TEMP TABLE run_clock AS
WITH placed AS (
  SELECT
    sent_ms,
    end_ms,
    accepted,
    attempts,
    wait_ms,
    answered AND NOT timed_out AND NOT still_running AS waited,
    start_ms - CASE WHEN $starts_after_init THEN coalesce(init_ms, 0) ELSE 0 END - coalesce(wait_ms, 0) - $start_epoch_ms AS arrival_ms,
    platform_end_ms - $start_epoch_ms AS finish_ms
  FROM joined_rows
  WHERE start_ms IS NOT NULL AND platform_end_ms IS NOT NULL
    AND hash(seq) % (SELECT greatest(1, count(start_ms) // 20000)::UBIGINT FROM joined_rows) = 0
),
bounds AS (
  SELECT
    quantile_cont(sent_ms - arrival_ms, 0.95) AS least_ms,
    quantile_cont(
      CASE
        WHEN waited THEN end_ms - finish_ms
        -- accepted before it was done, but not before it had arrived; without a wait nobody knows when that was
        WHEN accepted AND attempts = 1 AND wait_ms IS NOT NULL THEN end_ms - arrival_ms
      END, 0.05
    ) AS most_ms
  FROM placed
)
SELECT
  $start_epoch_ms AS zero_epoch_ms,
  $starts_after_init AS starts_after_init,
  CASE
    WHEN least_ms > most_ms THEN (least_ms + most_ms) / 2
    WHEN least_ms > 0 THEN least_ms
    WHEN most_ms < 0 THEN most_ms
    WHEN least_ms IS NOT NULL OR most_ms IS NOT NULL THEN 0
  END AS offset_ms
FROM bounds;
