import type { TimeKind } from '../../monitoring/parsers/reading.js';
import type { HostClock } from './host-clock.js';

/** How the times of one file come onto the run's axis. */
export interface Placement {
  /** of the file's kind of time → milliseconds since plan zero */
  toRunMs(time: number): number;
  /** ± of a time as late in the file as this one; null where nobody knows how far off it is */
  uncertaintyMs(time: number): number | null;
  /** placed by when its script was started, or by a clock that nobody read */
  approximate: boolean;
}

/** What is known of a file beside its lines. */
export interface PlacementEvidence {
  clock: HostClock;
  /** the tool's `.start` file: when it began, by its host's clock, and its rhythm */
  start: { epochMs: number; intervalMs: number | null } | null;
  /** when the script of its host was started, since plan zero; null where there was none */
  scriptStartMs: number | null;
}

/** From the stamp that a script of ours writes to the tool's own zero; measured for perf: 12 to 70 ms. */
const TOOL_START_MS = 100;
/** Stamps of pqos are whole seconds. */
const WHOLE_SECOND_MS = 1_000;
/** systemd-cgtop prints a table a second unless it is told otherwise. */
const USUAL_INTERVAL_MS = 1_000;
/** What an interval lasts beyond its name; measured for systemd-cgtop: 0.8 ms of 1 s. */
const RHYTHM_SHARE = 0.002;
/** All zones of the world are whole quarters of an hour from UTC. */
const ZONE_STEP_MS = 15 * 60_000;

/**
 * Places the times of a file.
 *
 * @param first its first time
 * @returns null where nothing tells when it was written
 */
export function placementOf(
  kind: TimeKind,
  { clock, start, scriptStartMs }: PlacementEvidence,
  first: number,
): Placement | null {
  const beginMs = start === null ? scriptStartMs : clock.toRunMs(start.epochMs);
  if (beginMs === null && kind !== 'epoch') return null;
  const begin = beginMs ?? 0;
  const intervalMs = start?.intervalMs ?? USUAL_INTERVAL_MS;
  // Nobody knows how long after its script a tool of others began, nor in which rhythm it went on.
  const unknown =
    clock.uncertaintyMs === null ||
    (kind !== 'epoch' && start === null) ||
    isUnknownBegin(kind) ||
    isUnknownRhythm(kind, start);
  const placed = (toRunMs: Placement['toRunMs'], furtherMs: (time: number) => number): Placement => ({
    toRunMs,
    uncertaintyMs: (time) => (unknown ? null : clock.uncertaintyMs! + furtherMs(time)),
    approximate: unknown,
  });
  switch (kind) {
    case 'epoch':
      return placed(clock.toRunMs, () => 0);
    case 'since_start':
    case 'since_first_event':
      return placed(
        (time) => begin + time,
        () => TOOL_START_MS,
      );
    case 'ordinal':
      return placed(
        (time) => begin + time * intervalMs,
        (time) => TOOL_START_MS + time * intervalMs * RHYTHM_SHARE,
      );
    case 'local': {
      // The zone is what brings its first stamp to the begin.
      const zoneMs = Math.round((clock.toRunMs(first) - begin) / ZONE_STEP_MS) * ZONE_STEP_MS;
      return placed(
        (time) => clock.toRunMs(time - zoneMs),
        () => WHOLE_SECOND_MS,
      );
    }
  }
}

/** Nobody knows how long a disk was idle before its first I/O. */
function isUnknownBegin(kind: TimeKind): boolean {
  return kind === 'since_first_event';
}

function isUnknownRhythm(kind: TimeKind, start: PlacementEvidence['start']): boolean {
  return kind === 'ordinal' && start?.intervalMs === null;
}
