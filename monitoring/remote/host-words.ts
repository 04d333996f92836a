import type { RemoteHost } from '../../workload/model.js';
import type { PlanZero, WatchOutcome } from '../watch.js';
import { type Session, CONNECTION_ENDED, SessionFault } from './session.js';
import { isKeyFault, sshMeaning, sshSaid } from './ssh-fault.js';
import { resolvedHost } from './ssh-resolved.js';
import { messageOf } from '../../common/errors.js';

/** Why a host takes no part in a run. */
export async function hostUnreachable(remote: RemoteHost, error: unknown, stderr: string): Promise<WatchOutcome> {
  const resolved = isKeyFault(stderr) ? await resolvedHost(remote) : null;
  const why = whyEnded(error, stderr, (text) => sshMeaning(text, remote, resolved));
  return {
    role: 'host',
    script: `ssh ${remote.ssh}`,
    status: 'unreachable',
    startedMs: null,
    message: `it could not be reached: ${why}`,
  };
}

/** That a host dropped out of a run, when that was seen, and what came home of it: null where nothing could yet. */
export function hostLost(
  remote: RemoteHost,
  error: unknown,
  { stderr }: Session,
  { reachedMs, overAtMs, kept }: { reachedMs: number; overAtMs: number; kept: readonly string[] | null },
): WatchOutcome {
  const why = whyEnded(error, stderr, () => null);
  const files = kept === null ? '' : `; ${filesText(kept)}`;
  return {
    role: 'host',
    script: `ssh ${remote.ssh}`,
    status: 'lost',
    startedMs: reachedMs,
    message: (zero) => `it was lost ${whenText(overAtMs, zero)}: ${why}${files}`,
  };
}

function whyEnded(error: unknown, stderr: string, meaning: (stderr: string) => string | null): string {
  const message = messageOf(error);
  if (!(error instanceof SessionFault) || !error.ended) return message;
  const known = meaning(stderr);
  if (known !== null) return known;
  return message === CONNECTION_ENDED ? `${message} (${sshSaid(stderr)})` : message;
}

function whenText(atMs: number, zero: PlanZero): string {
  const seconds = (atMs - zero.monotonicMs) / 1_000;
  return seconds < 0 ? 'before the test began' : `${seconds.toFixed(1)} s into the run`;
}

const NAMED = 5;

function filesText(kept: readonly string[]): string {
  if (kept.length === 0) return 'none of its files are here';
  return `of its files only ${listed(kept)} came home`;
}

/** What did not come home although the host was there to the end. */
export function missingNote(name: string, missing: readonly string[]): string {
  return `${name}: these files did not come home and are gone with its folder there: ${listed(missing)}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return [...names.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
