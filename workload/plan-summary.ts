import type { Plan, PlanRow, PlanSource, PlanSummary } from './model.js';
import { planHash } from './plan-hash.js';

const FIRST_ROWS = 10;

/** Everything that must be known of a plan before its first row fires, from one pass that holds none of its rows. */
export function summarizePlan(plan: Plan, source: Pick<PlanSource, 'instances'>): PlanSummary {
  const perInstance = source.instances.map(() => 0);
  const firstRows: PlanRow[] = [];
  const hash = planHash(source.instances.map(({ name }) => name));
  const minute = busiestMinute();
  let planned = 0;
  let lastPlannedUs: number | null = null;
  for (const row of plan.rows()) {
    hash.add(row);
    minute.add(row.plannedUs);
    perInstance[row.instance]! += 1;
    if (planned < FIRST_ROWS) firstRows.push(row);
    planned += 1;
    lastPlannedUs = row.plannedUs;
  }
  return { planned, perInstance, sha256: hash.hex(), busiestMinute: minute.most(), firstRows, lastPlannedUs };
}

/**
 * The largest count within any 60 consecutive whole seconds from plan zero. Platforms count by calendar minutes, and
 * which of our seconds begins one is not known before the run.
 */
function busiestMinute(): { add(us: number): void; most(): number } {
  const perSecond = Array.from({ length: 60 }, () => 0);
  let second = 0;
  let within = 0;
  let most = 0;
  return {
    add(us) {
      const now = Math.floor(us / 1e6);
      // After a gap of a minute all sixty counters are empty, however long it was.
      for (let s = Math.max(second + 1, now - 59); s <= now; s += 1) {
        within -= perSecond[s % 60]!;
        perSecond[s % 60] = 0;
      }
      second = now;
      perSecond[now % 60]! += 1;
      within += 1;
      if (within > most) most = within;
    },
    most: () => most,
  };
}
