import type { RemoteHost } from '../../workload/model.js';
import type { WatchPlace, WatchedHost } from '../watch.js';
import type { RemoteLimits } from './limits.js';
import type { RemoteSampler } from './remote-sampler.js';
import type { RemoteScript } from './remote-script.js';
import type { Session } from './session.js';

/** One host for the length of one run. */
export interface Visit {
  remote: RemoteHost;
  place: WatchPlace;
  limits: RemoteLimits;
  host: WatchedHost;
  session: Session;
  script: RemoteScript | null;
  sampler: RemoteSampler | null;
}

/** Calls back at once if the signal is raised, else when it is. @returns takes that back */
export function onAbort(signal: AbortSignal | undefined, call: () => void): () => void {
  if (signal?.aborted === true) call();
  else signal?.addEventListener('abort', call, { once: true });
  return () => signal?.removeEventListener('abort', call);
}
