import type { EventReader } from './events.js';
import { type Arrivals, type Collected, noDirt, type Survey, type TraceFunction, type Window } from './trace-file.js';

/**
 * Which functions a trace of events has, and how often each starts within the window.
 * @param window in seconds, half-open; undefined = from the trace's own zero on
 */
export async function surveyEvents(read: EventReader, path: string, window?: Window): Promise<Survey> {
  const functions = new Map<string, TraceFunction>();
  const dirt = noDirt();
  const [from, to] = window ?? [0, Infinity];
  const { sha256 } = await read(path, (parts, startS, durationMs) => {
    const id = parts.join('/');
    let known = functions.get(id);
    if (known === undefined) functions.set(id, (known = { id, parts, invocations: 0 }));
    if (window === undefined && startS < 0) dirt.beforeZero += 1;
    if (startS < from || startS >= to) return;
    known.invocations += 1;
    if (durationMs !== null && durationMs < 0) dirt.negative += 1;
  });
  return { functions: [...functions.values()], sha256, dirt, end: to };
}

/**
 * The events of the chosen functions in order of their start; those that start at the same time stay in the file's order.
 * A negative duration is read as 0.
 */
export async function collectEvents(
  read: EventReader,
  path: string,
  chosen: ReadonlySet<string>,
  [from, to]: Window,
): Promise<Collected> {
  const columns = new Map<string, { startsS: GrowingNumbers; durationsMs: GrowingNumbers }>();
  for (const id of chosen) columns.set(id, { startsS: growingNumbers(), durationsMs: growingNumbers() });
  const { sha256, hasDurations } = await read(path, (parts, startS, durationMs) => {
    if (startS < from || startS >= to) return;
    const column = columns.get(parts.join('/'));
    if (column === undefined) return;
    column.startsS.add(startS - from);
    if (durationMs !== null) column.durationsMs.add(Math.max(0, durationMs));
  });
  const arrivals = new Map<string, Arrivals>();
  for (const [id, { startsS, durationsMs }] of columns) {
    arrivals.set(id, inOrder(startsS.all(), hasDurations ? durationsMs.all() : null));
  }
  return { arrivals, sha256 };
}

function inOrder(startsS: Float64Array, durationsMs: Float64Array | null): Arrivals {
  if (startsS.every((startS, i) => i === 0 || startS >= startsS[i - 1]!)) {
    return { kind: 'events', startsS, durationsMs };
  }
  const order = Uint32Array.from(startsS, (_, i) => i).sort((a, b) => startsS[a]! - startsS[b]! || a - b);
  const sorted = (values: Float64Array): Float64Array => Float64Array.from(order, (i) => values[i]!);
  return { kind: 'events', startsS: sorted(startsS), durationsMs: durationsMs === null ? null : sorted(durationsMs) };
}

interface GrowingNumbers {
  add(value: number): void;
  all(): Float64Array;
}

/** A list of numbers in 8 bytes each. */
function growingNumbers(): GrowingNumbers {
  let values = new Float64Array(16);
  let length = 0;
  return {
    add(value) {
      if (length === values.length) {
        const larger = new Float64Array(2 * length);
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    all: () => values.subarray(0, length),
  };
}
