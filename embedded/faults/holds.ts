/** What waits for a while before it goes on. */
export interface Holds {
  /** Goes on after so many ms; at once, in this turn, where they are 0. */
  hold(ms: number, goOn: () => void): void;
  /** Everything that waits goes on now. */
  release(): void;
}

/** Creates holds; nothing waits yet. */
export function createHolds(): Holds {
  const waiting = new Map<NodeJS.Timeout, () => void>();
  return {
    hold(ms, goOn) {
      if (ms <= 0) return goOn();
      const timer = setTimeout(() => {
        waiting.delete(timer);
        goOn();
      }, ms);
      waiting.set(timer, goOn);
    },
    release() {
      for (const [timer, goOn] of waiting) {
        clearTimeout(timer);
        // Deleted first: what goes on may hold something else, which is then released too.
        waiting.delete(timer);
        goOn();
      }
    },
  };
}
