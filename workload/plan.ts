import { plannedRows } from './arrivals/arrivals.js';
import type { Plan, PlanRow, PlanSource } from './model.js';

export { summarizePlan } from './plan-summary.js';

/**
 * The plan of a test: all its invocations in order of planned time, then instance name by code unit, then index in the
 * instance. Nothing is computed before `rows()` is called, and each call is a fresh pass that holds one row per instance.
 */
export function planOf(source: PlanSource): Plan {
  return { rows: () => mergedRows(source) };
}

/** The next planned time of one instance, waiting for its turn. */
interface Cursor {
  us: number;
  /** place of the instance's name among all names: breaks ties */
  rank: number;
  instance: number;
  next: () => number;
  /** what the row that waits sends; asked once for each, in order */
  input: () => number;
}

function* mergedRows(source: PlanSource): Generator<PlanRow, void, undefined> {
  const heap = cursorsOf(source).sort((a, b) => (comesBefore(a, b) ? -1 : 1));
  for (let seq = 0; heap.length > 0; seq += 1) {
    const first = heap[0]!;
    yield { seq, instance: first.instance, plannedUs: first.us, input: first.input() };
    first.us = first.next();
    if (first.us === Infinity) {
      const last = heap.pop()!;
      if (heap.length === 0) return;
      heap[0] = last;
    }
    sink(heap);
  }
}

/** One cursor for each instance that has any arrival. */
function cursorsOf(source: PlanSource): Cursor[] {
  // Plain comparison of strings is by code unit, the same in every locale.
  const order = source.instances.map(({ name }, instance) => ({ name, instance }));
  order.sort((a, b) => (a.name < b.name ? -1 : 1));
  const cursors: Cursor[] = [];
  for (const [rank, { instance }] of order.entries()) {
    const { nextUs, input } = plannedRows(source.instances[instance]!, source);
    const us = nextUs();
    if (us !== Infinity) cursors.push({ us, rank, instance, next: nextUs, input });
  }
  return cursors;
}

function comesBefore(a: Cursor, b: Cursor): boolean {
  return a.us < b.us || (a.us === b.us && a.rank < b.rank);
}

/** Restores a binary heap whose first element may have grown. */
function sink(heap: Cursor[]): void {
  const moving = heap[0]!;
  const size = heap.length;
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= size) break;
    if (child + 1 < size && comesBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!comesBefore(heap[child]!, moving)) break;
    heap[hole] = heap[child]!;
    hole = child;
  }
  heap[hole] = moving;
}
