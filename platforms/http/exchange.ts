import type { MeasuredIds } from '../../records/measured-ids.js';
import type { Connection } from './connection.js';
import type { Fault } from './faults.js';
import type { PreparedRequest } from './request.js';

/**
 * What came of a request. Times are of `monotonicMs()`. It is used again as soon as `onReply` returns: whoever needs
 * something of it later takes a copy.
 */
export interface Reply {
  /** null exactly when a whole answer came */
  fault: Fault | null;
  /** null where no head came */
  status: number | null;
  /** values of the headers that the pool was asked for, in their order */
  headers: readonly (string | null)[];
  sentMs: number | null;
  firstByteMs: number | null;
  endMs: number;
  responseBytes: number | null;
  /** the first bytes of the body, where some were to be kept */
  body: Buffer | null;
  /** the ids of an answer of faas_measure that is longer than what was kept of it */
  measuredIds: MeasuredIds | null;
}

/**
 * A request from the moment at which it is handed over until its reply: waiting for a connection, then on one. Used again
 * and again; a class so that all have one shape.
 */
export class Exchange implements Reply {
  request: PreparedRequest | null = null;
  fault: Fault | null = null;
  status: number | null = null;
  headers: readonly (string | null)[] = [];
  sentMs: number | null = null;
  firstByteMs: number | null = null;
  endMs = 0;
  responseBytes: number | null = null;
  body: Buffer | null = null;
  measuredIds: MeasuredIds | null = null;

  /** what is handed through to `onReply`, so that no closure is made for a request */
  one: unknown = null;
  other: unknown = null;
  onReply: ((reply: Reply, one: never, other: never) => void) | null = null;

  /** the reply was given */
  ended = true;
  /** the connection that it is on */
  connection: Connection | null = null;
  deadlineMs = 0;
  /** neighbours among those that wait for their deadline */
  earlier: Exchange | null = null;
  later: Exchange | null = null;
  /** whether it stands in the queue for a connection, where it stays when its deadline ends it */
  queued = false;
}
