import { plainText } from '../common/plain-text.js';
import type { Manifest, MonitorOutcome } from '../records/manifest.js';

/** What went wrong with the monitors of a run so far, one sentence each. */
export function monitorTroubles({ monitors, host }: Pick<Manifest, 'monitors' | 'host'>): string[] {
  return monitors
    .filter(({ status }) => status !== 'ok' && status !== 'running')
    .map((outcome) => plainText(`${whatWatched(outcome, host.hostname)}: ${outcome.message}`));
}

function whatWatched({ role, host, script }: MonitorOutcome, ownHost: string): string {
  if (role === 'host') return `host ${host} (${script})`;
  const isOnlyOne = host === undefined || host === ownHost || role === 'kubernetes';
  return isOnlyOne ? role : `${role} on ${host}`;
}
