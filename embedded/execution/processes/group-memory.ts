import { openResidentSize, privateBytes, type ProcessFacts, type ResidentSize } from './proc.js';

/** Watches the memory of process groups. */
export interface GroupMemory {
  /** @param group of a process that leads its own group */
  watch(group: number, limitBytes: number): void;
  unwatch(group: number): void;
  /** Learns who belongs to the groups now. */
  learn(processes: readonly ProcessFacts[]): void;
  /** The groups that are above their limit now; each is told once. */
  exceeding(): number[];
}

interface Watched {
  leader: number;
  limitBytes: number;
  members: Map<number, ResidentSize>;
  /** looks in a row at which it was above its limit with its children */
  times: number;
}

/** A process that is just being started shares all memory with its parent for a moment, and would be counted twice. */
const LOOKS_WITH_CHILDREN = 2;

/**
 * A group's memory is the resident size of its leader and what its other processes have for themselves: a page that a process
 * shares with the one that forked it counts once.
 */
export function createGroupMemory(): GroupMemory {
  const groups = new Map<number, Watched>();

  function join({ members }: Watched, pid: number): void {
    if (members.has(pid)) return;
    const size = openResidentSize(pid);
    if (size !== null) members.set(pid, size);
  }
  function sizesOf({ members }: Watched): Map<number, number> {
    const sizes = new Map<number, number>();
    for (const [pid, size] of members) {
      const bytes = size.read();
      if (bytes !== null) sizes.set(pid, bytes);
      else {
        size.close();
        members.delete(pid);
      }
    }
    return sizes;
  }
  function isAbove(watched: Watched): boolean {
    const { leader, limitBytes } = watched;
    const sizes = sizesOf(watched);
    const own = sizes.get(leader) ?? 0;
    if (own > limitBytes) return true;
    // What children have for themselves is never more than their resident size, which is cheaper to read.
    const atMost = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
    const others = [...sizes].filter(([pid]) => pid !== leader);
    const above =
      atMost > limitBytes && others.reduce((sum, [pid, bytes]) => sum + (privateBytes(pid) ?? bytes), own) > limitBytes;
    watched.times = above ? watched.times + 1 : 0;
    return watched.times >= LOOKS_WITH_CHILDREN;
  }
  function unwatch(group: number): void {
    for (const size of groups.get(group)?.members.values() ?? []) size.close();
    groups.delete(group);
  }

  return {
    watch(group, limitBytes) {
      unwatch(group);
      const watched: Watched = { leader: group, limitBytes, members: new Map(), times: 0 };
      groups.set(group, watched);
      join(watched, group);
    },
    unwatch,
    learn(processes) {
      for (const { pid, group } of processes) {
        const watched = groups.get(group);
        if (watched !== undefined) join(watched, pid);
      }
    },
    exceeding() {
      const found: number[] = [];
      for (const [group, watched] of groups) {
        if (!isAbove(watched)) continue;
        found.push(group);
        unwatch(group);
      }
      return found;
    },
  };
}
