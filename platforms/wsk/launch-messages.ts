import type { Answer } from '../platform.js';
import type { WskDescriptor } from './port.js';

/** To the launcher. Its end, or the end of whoever holds the channel, is the end of the launcher. */
export type LaunchOrder =
  | { type: 'open'; descriptor: WskDescriptor }
  /** @see Flight for instance and input; the id comes back with the answer, at the latest at the deadline */
  | { type: 'launch'; id: number; instance: number; input: number; deadlineMs: number }
  /** start a few that invoke nothing */
  | { type: 'warm' }
  | { type: 'close' };

/** From the launcher. */
export type LaunchReport =
  | { type: 'ready' }
  | { type: 'warmed' }
  /** it could not prepare: no room for the files of parameters */
  | { type: 'fault'; message: string }
  | { type: 'answer'; id: number; answer: WskAnswer };

/** What became of a launch. */
export type WskAnswer = Omit<Answer, 'body' | 'truncated' | 'report' | 'measuredIds'>;
