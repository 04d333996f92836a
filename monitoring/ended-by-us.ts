import type { MonitorOutcome } from '../records/manifest.js';

/** A script that did not end by itself: whether it is gone, and what we waited for before. */
export interface EndedByUs {
  role: MonitorOutcome['role'];
  isGone: boolean;
  /** how long it might go on after the test */
  limitMs: number;
  /** the user interrupted the run, or the wait for the script */
  isStopped: boolean;
}

/** What the manifest says of it. One that could not be ended goes on, whoever wanted it to end. */
export function endedByUs({ role, isGone, limitMs, isStopped }: EndedByUs): ['interrupted' | 'outlived', string] {
  const ended = isGone ? 'was ended' : 'could not be ended: a part of it has other rights';
  return [isStopped && isGone ? 'interrupted' : 'outlived', `${why(role, limitMs, isStopped)} and ${ended}`];
}

function why(role: MonitorOutcome['role'], limitMs: number, isStopped: boolean): string {
  if (role !== 'post_script')
    return `it was still running ${isStopped ? 'when the run was interrupted' : 'after the test'}`;
  return isStopped ? 'it was interrupted' : `it was still running after ${limitMs / 60_000} min`;
}
