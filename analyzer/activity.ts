import type { Tables } from '../records/tables.js';
import { sqlOf } from './sql.js';

/**
 * Places what was executed on the run's axis: the view `activity`, from `joined`.
 * @param startEpochMs of plan zero; null for a run that never started, which executed nothing
 */
export async function placeActivity(tables: Tables, startEpochMs: number | null): Promise<void> {
  await tables.run(sqlOf('run_clock'), { start_epoch_ms: startEpochMs ?? 0 });
  await tables.run(sqlOf('activity'));
}
