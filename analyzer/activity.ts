import type { Manifest } from '../records/manifest.js';
import type { Tables } from '../records/tables.js';
import { sqlOf } from './sql.js';

/** What was accepted may wait this long on the platform; the same as when records are asked for (pull-spans.ts). */
const QUEUE_MARGIN_MS = 10 * 60_000;

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
  await tables.run(sqlOf('run_bounds'), { margin_ms: QUEUE_MARGIN_MS });
  await tables.run(sqlOf('activity'));
}

/** How many executions end later than any of this run can: they are in the last bin of the axis. Needs the view `activity`. */
export async function lateEnds(tables: Tables): Promise<number> {
  const [row] = await tables.query<{ n: number }>(
    'SELECT count(*) AS n FROM activity, run_bounds WHERE finish_ms > latest_end_ms',
  );
  return row!.n;
}
