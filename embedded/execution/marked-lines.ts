import { StringDecoder } from 'node:string_decoder';

/** What a stream brings. */
export interface MarkedLineEvents {
  /** Whether lines are wanted now: otherwise they are passed over, and only marks are looked for. */
  wanted(): boolean;
  line(text: string): void;
  /** @param id what stands behind the mark; empty = nothing */
  marked(id: string): void;
}

export interface MarkedLines {
  take(chunk: Buffer): void;
  /** Nothing will come, or nothing is waited for: the line that has no end is a line. */
  flush(): void;
}

/** Longer lines are broken here, as container engines do. */
const LONGEST_LINE = 65_536;
/** A UUID. */
const LONGEST_ID = 36;

/**
 * Takes a stream apart, in whatever pieces it comes: into its lines, and the lines `mark` and `mark id`, also where a mark
 * stands behind text that did not end its line.
 */
export function readMarkedLines(mark: string, { wanted, line, marked }: MarkedLineEvents): MarkedLines {
  const decoder = new StringDecoder('utf8');
  let rest = '';

  function takeLine(text: string): void {
    const place = text.lastIndexOf(mark);
    if (place < 0) return line(text);
    if (place > 0) line(text.slice(0, place));
    marked(text.slice(place + mark.length + 1));
  }
  /** Where the next mark may be: a hundred megabytes that nobody wants are not made into lines. */
  function passOver(text: string, from: number): number {
    const place = text.indexOf(mark, from);
    if (place >= 0) return place;
    return Math.max(from, text.lastIndexOf('\n') + 1, text.length - mark.length + 1);
  }

  return {
    take(chunk) {
      const text = rest + decoder.write(chunk);
      let at = 0;
      for (;;) {
        if (!wanted()) at = passOver(text, at);
        const end = text.indexOf('\n', at);
        if (end < 0) break;
        takeLine(text.slice(at, end));
        at = end + 1;
      }
      rest = text.slice(at);
      // What may be the beginning of a mark stays, with the id behind it.
      const kept = mark.length + LONGEST_ID + 1;
      if (rest.length > LONGEST_LINE) {
        line(rest.slice(0, -kept));
        rest = rest.slice(-kept);
      }
    },
    flush() {
      if (rest !== '') line(rest);
      rest = '';
    },
  };
}
