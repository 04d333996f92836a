import type { PodLine } from '../parsers/pod-line.js';

/** What is known of the pods, by all that was seen so far. Holds those that live, however many there were. */
export interface SeenPods {
  /** whether any pod was ever seen */
  any(): boolean;
  living(): number;
  /** What the watch told. @returns false for what is known: a watch that begins tells again of every pod that lives */
  told(line: PodLine): boolean;
  /** Before a list is asked for: while its answer is on the way, the watch may tell what is newer. */
  ask(): AskedList;
}

export interface AskedList {
  /** @returns of the answer what was not known: pods that it shows otherwise, and those that are gone and nobody saw it */
  missed(list: readonly PodLine[], atMs: number): PodLine[];
}

export function seenPods(): SeenPods {
  const living = new Map<string, PodLine>();
  /** of each list on the way, the pods of which the watch told meanwhile */
  const asked = new Set<Set<string>>();
  let seen = false;
  /** @returns whether it changes what was known */
  function note(line: PodLine): boolean {
    seen = true;
    const before = living.get(line.uid);
    if (line.event === 'DELETED' || line.event === 'GONE') return living.delete(line.uid);
    living.set(line.uid, line);
    return before === undefined || stateOf(before) !== stateOf(line);
  }
  return {
    any: () => seen,
    living: () => living.size,
    told(line) {
      for (const newer of asked) newer.add(line.uid);
      return note(line) || line.event !== 'ADDED';
    },
    ask() {
      const newer = new Set<string>();
      asked.add(newer);
      return {
        missed(list, atMs) {
          asked.delete(newer);
          const listed = new Set(list.map(({ uid }) => uid));
          const gone = [...living.values()].filter(({ uid }) => !listed.has(uid));
          const lines = [...list, ...gone.map((line): PodLine => ({ ...line, event: 'GONE', at_ms: atMs }))];
          return lines.filter((line) => !newer.has(line.uid) && note(line));
        },
      };
    },
  };
}

function stateOf({ at_ms: _at, event: _event, ...state }: PodLine): string {
  return JSON.stringify(state);
}
