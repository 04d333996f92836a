import { MEASURED_MACROS } from '../records/measured-ids.js';
import type { Tables } from '../records/tables.js';
import type { MeasuredWorkers } from './dynamics.js';
import { sqlOf } from './sql.js';

/**
 * Takes worker and cold start from the answers of faas_measure into `joined`, where the platform tells neither: without it
 * nothing is known of the workers behind a plain endpoint. Needs `joined` and `responses`.
 */
export async function takeMeasuredWorkers(tables: Tables): Promise<MeasuredWorkers> {
  await tables.run(MEASURED_MACROS);
  await tables.run(sqlOf('measured'));
  const [counts] = await tables.query<MeasuredWorkers>(sqlOf('measured_counts'));
  const { workers_filled, cold_filled } = counts!;
  if (workers_filled + cold_filled > 0) await tables.run(sqlOf('take_measured'));
  return counts!;
}
