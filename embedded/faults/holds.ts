import { nowNs } from '../timeline.js';
import { callAfter } from './call-after.js';

/** What waits for a while before it goes on. */
export interface Holds {
  /**
   * Goes on after so many ms, at the earliest; at once, in this turn, where they are 0.
   * @param goOn is told how long it really was, ns: what is released waits for less than it should
   */
  hold(ms: number, goOn: (heldNs: number) => void): void;
  /** Everything that waits goes on now. */
  release(): void;
}

interface Held {
  cancel(): void;
  goOn(): void;
}

/** Creates holds; nothing waits yet. */
export function createHolds(): Holds {
  const waiting = new Set<Held>();
  return {
    hold(ms, goOn) {
      if (ms <= 0) return goOn(0);
      const beganNs = nowNs();
      const held: Held = {
        cancel: callAfter(ms, () => held.goOn()),
        goOn() {
          waiting.delete(held);
          goOn(nowNs() - beganNs);
        },
      };
      waiting.add(held);
    },
    release() {
      // What goes on may hold something else, which is then released too.
      for (const held of waiting) {
        held.cancel();
        held.goOn();
      }
    },
  };
}
