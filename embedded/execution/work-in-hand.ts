import type { Work } from './contract.js';
import type { HeldWork } from './held-work.js';
import type { LogCapture } from './log-capture.js';
import type { Outcome } from './outcome.js';
import type { Reply } from './runtime-api.js';

/** Time for the rest of a log after its answer: only what is broken ever takes as long. */
const LOG_LIMIT_MS = 1_000;

/** The work of one instance: what it executes, each until its log is complete, and what it executes next. */
export interface WorkInHand {
  /** While the instance loads its function this is the only work that it has. */
  first(): HeldWork | undefined;
  get(activationId: string): HeldWork | undefined;
  unanswered(): HeldWork[];
  /** It executes this now. */
  begin(work: Work): HeldWork;
  /** It executes this as soon as it can. */
  follow(work: Work): void;
  /** It asks for work. */
  asked(reply: Reply): void;
  /** Goes on when everything that the present step needs has come, in whatever order it came. */
  settle(): void;
  /** Ends what is unanswered, but what never `reached` the instance is given back: it comes before all that waits. */
  giveUp(reached: (held: HeldWork) => boolean, outcome: Outcome): void;
  /** Takes what waits. Every log is complete now. */
  close(): readonly Work[];
}

export interface WorkInHandOptions {
  logs: LogCapture;
  /** Takes work in hand. */
  hold(work: Work): HeldWork;
  /** how many it may have, while it serves; 0 before and after */
  places(): number;
  /** It has let go of something and has nothing in hand now: all is answered, and all logs are complete. */
  emptied(): void;
}

/** Creates an instance's work; there is none yet. */
export function createWorkInHand({ logs, hold, places, emptied }: WorkInHandOptions): WorkInHand {
  const inHand = new Map<string, HeldWork>();
  let following: Work[] = [];
  /** its open questions for work, the eldest first */
  const asking: Reply[] = [];
  const logDeadlines = new Map<string, NodeJS.Timeout>();

  function first(): HeldWork | undefined {
    return inHand.values().next().value;
  }
  function unanswered(): HeldWork[] {
    return [...inHand.values()].filter(({ answered }) => !answered);
  }
  function begin(work: Work): HeldWork {
    const held = hold(work);
    inHand.set(work.activationId, held);
    held.openLog(logs, settle);
    return held;
  }

  /** Lets go of what has its answer and its log; a log that does not end gets a deadline. */
  function letGo(): void {
    for (const [id, held] of inHand) {
      if (!held.answered) continue;
      if (held.log !== null) {
        clearTimeout(logDeadlines.get(id));
        logDeadlines.delete(id);
        inHand.delete(id);
        held.work.logged(held.log);
        if (inHand.size === 0) emptied();
      } else if (asking.length > 0 && !logDeadlines.has(id)) {
        logDeadlines.set(
          id,
          // Behind whatever came meanwhile: a platform that was busy for so long has not read it yet.
          setTimeout(() => setImmediate(logs.giveUp, id), LOG_LIMIT_MS),
        );
      }
    }
  }
  function settle(): void {
    letGo();
    const most = places();
    if (most === 0) return;
    if (asking.length > 0 && first()?.waits()) first()!.handOver(asking.shift()!);
    while (following.length > 0 && inHand.size < most && asking.length > 0) {
      begin(following.shift()!).handOver(asking.shift()!);
    }
  }

  return {
    first,
    get: (activationId) => inHand.get(activationId),
    unanswered,
    begin,
    follow(work) {
      following.push(work);
      settle();
    },
    asked: (reply) => void asking.push(reply),
    settle,
    giveUp(reached, outcome) {
      const returned: Work[] = [];
      for (const held of unanswered()) {
        if (reached(held)) held.end(outcome);
        else {
          held.release();
          inHand.delete(held.work.activationId);
          returned.push(held.work);
        }
      }
      following = [...returned, ...following];
    },
    close() {
      logs.finish();
      for (const timer of logDeadlines.values()) clearTimeout(timer);
      return following;
    },
  };
}
