import type { Readable } from 'node:stream';
import { epochMsOf, nowNs } from '../timeline.js';
import { sizeInLog } from './log-size.js';
import { readMarkedLines } from './marked-lines.js';

/** Collects what one instance writes, invocation by invocation. */
export interface LogCapture {
  /**
   * Starts the log of an invocation; `whenEnded` is called once, with its lines `<ISO time, ns> text`. Of several that are
   * open at one time each gets every line, since nobody can tell whose it is.
   * @param limitBytes  of its lines as `sizeInLog` counts them; 0 = nothing is kept
   * @param clockSkewMs added to the times of the lines
   */
  begin(id: string, limitBytes: number, clockSkewMs: number, whenEnded: (lines: string[]) => void): void;
  /** The end of this log, if it is still open, does not come: it is what is there, and says that this may not be all. */
  giveUp(id: string): void;
  /** The streams have ended: whatever is there is the log. */
  finish(): void;
}

interface Line {
  at: number;
  text: string;
}

/** Lines up to a limit. */
interface Lines {
  lines: Line[];
  bytes: number;
  limit: number;
  /** it has reached its limit */
  full: boolean;
}

interface OpenLog extends Lines {
  clockSkewMs: number;
  /** the streams that have not ended it */
  streams: Set<number>;
  whenEnded(lines: string[]): void;
}

/** What an instance may write while it executes nothing. */
const BETWEEN_LIMIT = 2 ** 20;

/** OpenWhisk's words. */
const INCOMPLETE = 'There was an issue while collecting your logs. Data might be missing.';
const truncated = (limit: number): string =>
  `Logs were truncated because the total bytes size exceeds the limit of ${limit} bytes.`;

function linesUpTo(limit: number): Lines {
  return { lines: [], bytes: 0, limit, full: limit === 0 };
}

function append(to: Lines, { at, text }: Line): void {
  if (to.full) return;
  to.bytes += sizeInLog(text);
  to.full = to.bytes > to.limit;
  to.lines.push({ at, text: to.full ? truncated(to.limit) : text });
}

/**
 * Reads stdout and stderr of an instance. The runtime ends the log of each invocation with the line `mark` on both, so that
 * every line is given to the invocation that wrote it, whatever time it takes through the pipes. An instance that executes
 * several at a time writes `mark id`, which ends the log of that one alone. It reads on whatever comes: who writes into a
 * pipe that nobody reads waits for ever.
 */
export function captureLogs(streams: readonly Readable[], mark: string): LogCapture {
  const logs = new Map<string, OpenLog>();
  /** What was written behind the end of a log is in the next one, as in OpenWhisk and Lambda. */
  let between = linesUpTo(BETWEEN_LIMIT);

  /** Where a line of this stream goes. */
  function takers(stream: number): Lines[] {
    const open = [...logs.values()].filter(({ streams: unended }) => unended.has(stream));
    return open.length > 0 ? open : [between];
  }
  function add(text: string, stream: number): void {
    const line = { at: nowNs(), text };
    for (const lines of takers(stream)) append(lines, line);
  }
  function close(id: string, stream: number): void {
    const log = logs.get(id);
    if (log === undefined) return;
    log.streams.delete(stream);
    if (log.streams.size > 0) return;
    logs.delete(id);
    const { lines, clockSkewMs } = log;
    log.whenEnded(
      lines.sort((a, b) => a.at - b.at).map(({ at, text }) => `${isoNanoseconds(at, clockSkewMs)} ${text}`),
    );
  }
  const readers = streams.map((stream, index) => {
    const reader = readMarkedLines(mark, {
      wanted: () => takers(index).some(({ full }) => !full),
      line: (text) => add(text, index),
      marked(id) {
        for (const open of id === '' ? [...logs.keys()] : [id]) close(open, index);
      },
    });
    stream.on('data', reader.take);
    return reader;
  });
  function closeAll(id: string): void {
    streams.forEach((_, index) => close(id, index));
  }

  return {
    begin(id, limit, clockSkewMs, whenEnded) {
      const unended = new Set(streams.map((_, index) => index));
      const log = { ...linesUpTo(limit), clockSkewMs, streams: unended, whenEnded };
      for (const line of between.lines) append(log, line);
      between = linesUpTo(BETWEEN_LIMIT);
      logs.set(id, log);
    },
    giveUp(id) {
      const log = logs.get(id);
      if (log === undefined) return;
      readers.forEach(({ flush }) => flush());
      if (!log.full) log.lines.push({ at: nowNs(), text: INCOMPLETE });
      closeAll(id);
    },
    finish() {
      readers.forEach(({ flush }) => flush());
      for (const id of logs.keys()) closeAll(id);
    },
  };
}

/** `2026-11-21T08:28:47.328730463Z` */
function isoNanoseconds(ns: number, clockSkewMs: number): string {
  const epochMs = epochMsOf(ns) + clockSkewMs;
  const wholeMs = Math.floor(epochMs);
  const beyond = Math.floor((epochMs - wholeMs) * 1e6);
  return `${new Date(wholeMs).toISOString().slice(0, -1)}${String(beyond).padStart(6, '0')}Z`;
}
