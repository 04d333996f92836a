import type { Manifest } from '../records/manifest.js';
import type { Tables } from '../records/tables.js';
import { sqlOf } from './sql.js';

/** Places what was executed on the run's axis: the view `activity`, from the joined rows. */
export async function placeActivity(
  tables: Tables,
  { start_epoch_ms, endpoint }: Pick<Manifest, 'start_epoch_ms' | 'endpoint'>,
): Promise<void> {
  await tables.run(sqlOf('run_clock'), {
    // a run that never started executed nothing
    start_epoch_ms: start_epoch_ms ?? 0,
    // its log tells when the handler began; OpenWhisk's start is that of the init
    starts_after_init: endpoint.kind === 'lambda',
  });
  await tables.run(sqlOf('activity'));
}
