import type { RandomStream } from '../../../common/random.js';

/** Which of several free instances serves: most recently used, least recently used, any. */
export const PLACEMENTS = ['mru', 'lru', 'random'] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** An instance, as the pool sees it. */
export interface Member {
  id: number;
  /** null = a prewarmed one that has no function yet */
  functionKey: string | null;
  /** which program it is, where that matters: of a prewarmed one */
  runtime: string | null;
  /** it will not execute anything before it has loaded its function; a prewarmed one `waits` for a function */
  state: 'starting' | 'loading' | 'waits' | 'serving';
  /** jobs that it has, and may have */
  inHand: number;
  concurrency: number;
  /** takes no more jobs */
  leaving: boolean;
  idleSinceMs: number;
}

/** All instances, with what must be found quickly: who is free, who is idle the longest, who waits for a function. */
export interface Members {
  readonly count: number;
  /** instances that start at this time */
  readonly starting: number;
  get(id: number): Member | undefined;
  /** instances of a function */
  of(functionKey: string): ReadonlySet<Member>;
  /** prewarmed ones of a runtime, starting or waiting */
  prewarmed(runtime: string): Member[];
  add(member: Member): void;
  remove(member: Member): void;
  /** Takes a prewarmed instance for a function. */
  adopt(member: Member, functionKey: string, concurrency: number): void;
  /** It has started. */
  started(member: Member): void;
  /** Gives it one more job. */
  occupy(member: Member): void;
  /** It has one job less. */
  release(member: Member, nowMs: number): void;
  /** It takes no more jobs. */
  leave(member: Member): void;
  /** Whether an instance of this function can take a job. */
  hasFree(functionKey: string): boolean;
  /** The instance that takes the next job of this function, if one is free. */
  place(functionKey: string): Member | undefined;
  longestIdle(): Member | undefined;
}

const NONE: ReadonlySet<Member> = new Set();

/** Creates an empty set of instances. */
export function createMembers(placement: Placement, random: RandomStream): Members {
  const members = new Map<number, Member>();
  const byFunction = new Map<string, Set<Member>>();
  /** of each function those that can take a job, the most recently used last */
  const free = new Map<string, Member[]>();
  /** those without a job, the longest idle first, since time only grows */
  const idle = new Set<Member>();
  let starting = 0;

  function join(member: Member, functionKey: string): void {
    const peers = byFunction.get(functionKey);
    if (peers === undefined) byFunction.set(functionKey, new Set([member]));
    else peers.add(member);
  }
  /** Puts it where it belongs now: at the end of the free ones, among the idle ones, or nowhere. */
  function settle(member: Member): void {
    idle.delete(member);
    if (member.functionKey === null) return;
    const peers = free.get(member.functionKey) ?? [];
    const place = peers.lastIndexOf(member);
    if (place >= 0) peers.splice(place, 1);
    const serves = members.has(member.id) && member.state === 'serving' && !member.leaving;
    if (serves && member.inHand < member.concurrency) peers.push(member);
    if (serves && member.inHand === 0) idle.add(member);
    if (peers.length > 0) free.set(member.functionKey, peers);
    else free.delete(member.functionKey);
  }

  return {
    get count() {
      return members.size;
    },
    get starting() {
      return starting;
    },
    get: (id) => members.get(id),
    of: (functionKey) => byFunction.get(functionKey) ?? NONE,
    prewarmed: (runtime) =>
      [...members.values()].filter((member) => member.functionKey === null && member.runtime === runtime),
    add(member) {
      members.set(member.id, member);
      starting += 1;
      if (member.functionKey !== null) join(member, member.functionKey);
    },
    remove(member) {
      members.delete(member.id);
      if (member.state === 'starting') starting -= 1;
      settle(member);
      if (member.functionKey === null) return;
      const peers = byFunction.get(member.functionKey);
      peers?.delete(member);
      if (peers?.size === 0) byFunction.delete(member.functionKey);
    },
    adopt(member, functionKey, concurrency) {
      Object.assign(member, { functionKey, concurrency, state: 'loading', inHand: 1 });
      join(member, functionKey);
    },
    started(member) {
      if (member.state === 'starting') starting -= 1;
      member.state = member.functionKey === null ? 'waits' : 'serving';
      settle(member);
    },
    occupy(member) {
      member.inHand += 1;
      settle(member);
    },
    release(member, nowMs) {
      member.inHand -= 1;
      member.idleSinceMs = nowMs;
      settle(member);
    },
    leave(member) {
      member.leaving = true;
      settle(member);
    },
    hasFree: (functionKey) => free.has(functionKey),
    place(functionKey) {
      const peers = free.get(functionKey);
      if (peers === undefined) return undefined;
      if (placement === 'mru') return peers.at(-1);
      return peers[placement === 'lru' ? 0 : Math.floor(random() * peers.length)];
    },
    longestIdle: () => idle.values().next().value,
  };
}
