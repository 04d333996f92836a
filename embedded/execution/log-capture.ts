import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { epochMsOf, nowNs } from '../timeline.js';

/** Collects what one instance writes, invocation by invocation. */
export interface LogCapture {
  /** Starts the log of the next invocation; `whenEnded` is called once, with its lines `<ISO time, ns> text`. */
  begin(limitBytes: number, whenEnded: (lines: string[]) => void): void;
  /** The streams will bring no more: whatever is there is the log. */
  finish(): void;
}

/** Longer lines are broken here, as container engines do. */
const LONGEST_LINE = 65_536;

/**
 * Reads stdout and stderr of an instance. The runtime ends the log of each invocation with the line `mark` on both, so that
 * every line is given to the invocation that wrote it, whatever time it takes through the pipes.
 * @param clockSkewMs added to the times of the lines
 */
export function captureLogs(streams: readonly Readable[], mark: string, clockSkewMs = 0): LogCapture {
  let lines: { at: number; text: string }[] = [];
  let bytes = 0;
  let limit = 0;
  let ended: ((lines: string[]) => void) | null = null;
  const open = new Set<number>();

  function add(text: string): void {
    const length = Buffer.byteLength(text) + 1;
    if (limit === 0) return;
    if (bytes <= limit && bytes + length > limit) {
      const warning = `Logs were truncated because the total bytes size exceeds the limit of ${limit} bytes.`;
      lines.push({ at: nowNs(), text: warning });
    } else if (bytes + length <= limit) lines.push({ at: nowNs(), text });
    bytes += length;
  }
  function close(index: number): void {
    open.delete(index);
    if (open.size > 0 || ended === null) return;
    const [then, log] = [ended, lines];
    [ended, lines, bytes] = [null, [], 0];
    then(log.sort((a, b) => a.at - b.at).map(({ at, text }) => `${isoNanoseconds(at, clockSkewMs)} ${text}`));
  }
  const flushers = streams.map((stream, index) => {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      const parts = (rest + decoder.write(chunk)).split('\n');
      rest = parts.pop()!;
      for (const line of parts) {
        if (!line.endsWith(mark)) add(line);
        else {
          if (line.length > mark.length) add(line.slice(0, -mark.length));
          close(index);
        }
      }
      // What may be the beginning of the mark stays.
      if (rest.length > LONGEST_LINE) {
        add(rest.slice(0, -mark.length));
        rest = rest.slice(-mark.length);
      }
    });
    return () => {
      if (rest !== '') add(rest);
      rest = '';
      close(index);
    };
  });

  return {
    begin(limitBytes, whenEnded) {
      [limit, ended] = [limitBytes, whenEnded];
      streams.forEach((_, index) => open.add(index));
    },
    finish: () => flushers.forEach((flush) => flush()),
  };
}

/** `2026-11-21T08:28:47.328730463Z` */
function isoNanoseconds(ns: number, clockSkewMs: number): string {
  const epochMs = epochMsOf(ns) + clockSkewMs;
  const wholeMs = Math.floor(epochMs);
  const beyond = Math.floor((epochMs - wholeMs) * 1e6);
  return `${new Date(wholeMs).toISOString().slice(0, -1)}${String(beyond).padStart(6, '0')}Z`;
}
