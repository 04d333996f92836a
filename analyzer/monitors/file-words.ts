import type { LineCount, TimeKind } from '../../monitoring/parsers/reading.js';
import type { MonitorFile } from './monitor-files.js';
import type { Placement } from './placement.js';

/** What became of a file of a monitor. */
export interface FileRead {
  count: LineCount;
  /** null where nothing tells when it was written; undefined where it holds no reading */
  placement: Placement | null | undefined;
  /** readings that are not of the run, as `strayReadings` tells them */
  strays: string | null;
}

/** What the user should know of a file beside what was read of it, a phrase each. */
export function fileWords(
  { format, start, startFault }: MonitorFile,
  { count, placement, strays }: FileRead,
): string[] {
  if (placement === undefined) return present(withoutReading(count, format.tool));
  const faulty = startFault === null ? null : faultyStart(startFault, format.time, start !== null, placement === null);
  if (placement === null)
    return [faulty ?? 'nothing tells when it was written (no .start file, no script of this run): it is left out'];
  return present(faulty, strays);
}

/** Null where the run itself has told that. */
function withoutReading({ lines, unknown }: LineCount, tool: string): string | null {
  if (unknown > 0) return `none of its ${lines} lines is of its format; it is left out`;
  if (lines > 0)
    return `it holds no reading, although its ${lines === 1 ? 'one line is' : `${lines} lines are`} of its format`;
  // Of a cluster without pods the invoker has a note.
  return tool === 'pods' ? null : 'it is empty: its monitor saw nothing, or ended before it wrote';
}

/** What a faulty `.start` means for the readings beside it; null where they do not rest on it. */
function faultyStart(fault: string, kind: TimeKind, isBeginKnown: boolean, isLeftOut: boolean): string | null {
  if (kind === 'epoch') return null;
  if (isLeftOut) return `${fault}; no script of this run tells when it was written either: it is left out`;
  if (!isBeginKnown) return `${fault}; its readings are placed by when the script was started: approximate`;
  if (kind === 'ordinal') return `${fault}; an interval of 1 s is assumed: its times are approximate`;
  return `${fault}; its times do not rest on that`;
}

function present(...phrases: (string | null)[]): string[] {
  return phrases.filter((phrase) => phrase !== null);
}
