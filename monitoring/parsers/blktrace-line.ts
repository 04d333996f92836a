/** One event of an I/O request, as a line of blkparse tells it. */
export interface BlockEvent {
  /** nanoseconds since the first event of the trace: exact up to 104 days */
  ns: number;
  device: string;
  /** Q queued, G got a request, I inserted, D issued to the driver, C completed, R requeued, M and F merged … */
  action: string;
  rwbs: string;
  /** null where it has none, as a flush has not */
  sector: number | null;
  sectors: number;
  /** of a completion: 0 = none */
  error: number | null;
}

/** `%D %2c %8s %5T.%9t %5p %2a %3d ` (man blkparse, default format), then what the action has to say */
const EVENT = /^ *(\d+),(\d+) +\d+ +\d+ +(\d{1,7})\.(\d{9}) +\d+ +([A-Z]{1,2}|m) +([A-Z]+)(?: (.*))?$/;
/** `sector [+ sectors] [(elapsed µs)] [error]` or `[process]`; without a sector for a flush */
const PLACE = /^(?:(\d{1,20}) (?:\+ (\d{1,20}) )?)?(?:\( *\d+\) )?\[(.*)\]$/;
const ERROR = /^-?\d{1,9}$/;
/** A command of a driver's own, in hexadecimal: it has no sector. */
const PASSTHROUGH = /^(?:\d+ )?(?:\([0-9a-f ]*(?:\.\.)?\) )?\[.*\]$/;
/** Messages and events that are not of one request: plug, unplug, remap, split. */
const OTHERS = new Set(['m', 'P', 'U', 'UT', 'T', 'A', 'X', 'B', 'S']);

/** What blkparse prints about the whole trace. */
const SUMMARY =
  /^(?:(?:CPU\d+|Total|[\w,/-]+) \(.*\):$| +(?:Reads|Writes|Read|Write|PC Reads|IO|Allocation|Dispatch|Completion|Timer) [\w ()]+:|Throughput \(R\/W\): |Events \(|Skips: |Input file |Trace started at )/;

/** `known`: of the format, but no event of a request. */
export function readBlockLine(line: string): BlockEvent | 'known' | 'unknown' {
  const event = EVENT.exec(line);
  if (event === null) return line.trim() === '' || SUMMARY.test(line) ? 'known' : 'unknown';
  const [, major, minor, seconds, nanoseconds, action = '', rwbs = '', rest = ''] = event;
  if (OTHERS.has(action)) return 'known';
  const place = PLACE.exec(rest.trimEnd());
  if (place === null) return PASSTHROUGH.test(rest.trimEnd()) ? 'known' : 'unknown';
  const isEnd = action === 'C' || action === 'R';
  if (isEnd && !ERROR.test(place[3]!)) return 'unknown';
  // Of a passthrough command too: its bytes stand where the sector would, and a completion has neither.
  if ((place[1] !== undefined && place[2] === undefined) !== (isEnd && place[2] === undefined)) return 'known';
  return {
    ns: Number(seconds) * 1e9 + Number(nanoseconds),
    device: `${major},${minor}`,
    action,
    rwbs,
    sector: place[1] === undefined ? null : Number(place[1]),
    sectors: Number(place[2] ?? 0),
    error: isEnd ? Number(place[3]) : null,
  };
}

/**
 * What an I/O does, from its RWBS (man blkparse): F before it asks for a flush first, and a flush alone has no sectors.
 * What else it says (S synchronous, M metadata, A read-ahead, F behind: to the medium) stays in `rwbs`.
 */
export function operationOf(rwbs: string, sectors: number): string {
  if (rwbs.startsWith('F') && sectors === 0) return 'flush';
  const operation = rwbs.replace(/^F/, '');
  if (operation.startsWith('DE')) return 'secure_erase';
  const named: Record<string, string> = { R: 'read', W: 'write', D: 'discard', F: 'flush', Z: 'zone' };
  return named[operation[0] ?? ''] ?? 'other';
}
