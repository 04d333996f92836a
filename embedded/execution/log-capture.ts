import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { epochMsOf, nowNs } from '../timeline.js';

/** Collects what one instance writes, invocation by invocation. */
export interface LogCapture {
  /**
   * Starts the log of an invocation; `whenEnded` is called once, with its lines `<ISO time, ns> text`. Of several that are
   * open at one time each gets every line, since nobody can tell whose it is.
   * @param clockSkewMs added to the times of the lines
   */
  begin(id: string, limitBytes: number, clockSkewMs: number, whenEnded: (lines: string[]) => void): void;
  /** The streams will bring no more of this log, or of any: whatever is there is the log. */
  finish(id?: string): void;
}

interface OpenLog {
  lines: { at: number; text: string }[];
  bytes: number;
  limit: number;
  clockSkewMs: number;
  /** the streams that have not ended it */
  streams: Set<number>;
  whenEnded(lines: string[]): void;
}

/** Longer lines are broken here, as container engines do. */
const LONGEST_LINE = 65_536;
/** A UUID. */
const LONGEST_ID = 36;

/**
 * Reads stdout and stderr of an instance. The runtime ends the log of each invocation with the line `mark` on both, so that
 * every line is given to the invocation that wrote it, whatever time it takes through the pipes. An instance that executes
 * several at a time writes `mark id`, which ends the log of that one alone.
 */
export function captureLogs(streams: readonly Readable[], mark: string): LogCapture {
  const logs = new Map<string, OpenLog>();

  function add(text: string, stream: number): void {
    const length = Buffer.byteLength(text) + 1;
    const at = nowNs();
    for (const log of logs.values()) {
      if (log.limit === 0 || !log.streams.has(stream)) continue;
      if (log.bytes <= log.limit && log.bytes + length > log.limit) {
        const warning = `Logs were truncated because the total bytes size exceeds the limit of ${log.limit} bytes.`;
        log.lines.push({ at, text: warning });
      } else if (log.bytes + length <= log.limit) log.lines.push({ at, text });
      log.bytes += length;
    }
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
  function closeMarked(id: string, stream: number): void {
    for (const open of id === '' ? [...logs.keys()] : [id]) close(open, stream);
  }
  const flushers = streams.map((stream, index) => {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      const parts = (rest + decoder.write(chunk)).split('\n');
      rest = parts.pop()!;
      for (const line of parts) {
        const place = line.lastIndexOf(mark);
        if (place < 0) add(line, index);
        else {
          if (place > 0) add(line.slice(0, place), index);
          closeMarked(line.slice(place + mark.length + 1), index);
        }
      }
      // What may be the beginning of a mark stays, with the id behind it.
      const kept = mark.length + LONGEST_ID + 1;
      if (rest.length > LONGEST_LINE) {
        add(rest.slice(0, -kept), index);
        rest = rest.slice(-kept);
      }
    });
    return () => {
      if (rest !== '') add(rest, index);
      rest = '';
    };
  });

  return {
    begin(id, limit, clockSkewMs, whenEnded) {
      const open = new Set(streams.map((_, index) => index));
      logs.set(id, { lines: [], bytes: 0, limit, clockSkewMs, streams: open, whenEnded });
    },
    finish(id) {
      flushers.forEach((flush) => flush());
      for (const open of id === undefined ? [...logs.keys()] : [id]) streams.forEach((_, index) => close(open, index));
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
