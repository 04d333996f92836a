import type { MonitorOutcome } from '../../records/manifest.js';

/** A monitor in a warning: `runtime_script monitoring/M.sh on node-1`. */
export function monitorName({ role, host, script }: MonitorOutcome): string {
  const what = role === 'runtime_script' || role === 'post_script' ? `${role} ${script}` : role;
  return `${what}${host === undefined ? '' : ` on ${host}`}`;
}
