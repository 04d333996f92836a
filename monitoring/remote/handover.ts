/** Hands things over one at a time: who puts one waits until it is taken. */
export interface Handover<Thing> {
  /** Resolves when it was taken, or nobody will take it any more. */
  put(thing: Thing): Promise<void>;
  /** @returns `closed` when nothing more comes, `late` if nothing comes within so long */
  take(limitMs: number): Promise<Thing | 'closed' | 'late'>;
  /** Nothing more comes; what waits may still be taken. */
  end(): void;
  /** The same, and what waits is dropped. */
  close(): void;
}

export function handover<Thing>(): Handover<Thing> {
  let offered: { thing: Thing; taken: () => void } | null = null;
  let taker: ((thing: Thing | 'closed') => void) | null = null;
  let ended = false;
  const end = (): void => {
    ended = true;
    taker?.('closed');
  };
  return {
    async put(thing) {
      if (ended) return;
      if (taker !== null) return taker(thing);
      await new Promise<void>((taken) => {
        offered = { thing, taken };
      });
    },
    async take(limitMs) {
      if (offered !== null) {
        const { thing, taken } = offered;
        offered = null;
        taken();
        return thing;
      }
      if (ended) return 'closed';
      return new Promise((give) => {
        const done = (given: Thing | 'closed' | 'late'): void => {
          clearTimeout(timer);
          taker = null;
          give(given);
        };
        const timer = setTimeout(done, Math.max(0, limitMs), 'late');
        taker = done;
      });
    },
    end,
    close() {
      offered?.taken();
      offered = null;
      end();
    },
  };
}
