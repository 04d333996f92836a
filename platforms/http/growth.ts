import type { OpenedSocket, SocketOpener } from './sockets.js';

/**
 * How many connections are being opened at once. Connections grow with what is in flight, but a server that stalls must not
 * be met with thousands of handshakes at once: they would collapse on the file and port limits.
 */
const OPENING_AT_ONCE = 128;

/**
 * And how many are begun in one turn of the event loop: each costs some 50 µs of the firing thread, and rows that are sent
 * together after a delay of our own mostly find a free connection a turn later.
 */
const OPENED_PER_TURN = 8;

/** While connections grow, so many are opened ahead for each eight that are open: the next rows need not wait for theirs. */
const AHEAD_SHARE = 1 / 8;
const MOST_AHEAD = 64;

/** What growth asks of its pool, and tells it. */
export interface GrowthOwner {
  /** connections that are open */
  connections(): number;
  /** requests that wait for one */
  waiting(): number;
  onOpened(opened: OpenedSocket): void;
  onFailed(error: Error): void;
}

/** Opens the connections of a pool: as many as wait, a few ahead, never more than the pool may have. */
export interface Growth {
  /** attempts that are under way */
  readonly underWay: number;
  /** opens for what waits, some in this turn and the rest, if it still waits, in the next */
  openForWaiting(): void;
  /** opens beyond what waits */
  openAhead(): void;
  /** resolves when so many connections are open, or can not be opened */
  warm(connections: number): Promise<void>;
  /** gives up what is under way and opens no more */
  close(): void;
}

export function growth(openSocket: SocketOpener, maxConnections: number, owner: GrowthOwner): Growth {
  const attempts = new Set<{ abort(): void }>();
  let begunThisTurn = 0;
  let closed = false;

  function mayOpen(): boolean {
    return !closed && attempts.size < OPENING_AT_ONCE && owner.connections() + attempts.size < maxConnections;
  }

  function open(settled?: (isOpen: boolean) => void): void {
    const attempt = openSocket((error, opened) => {
      attempts.delete(attempt);
      if (closed) opened?.socket.destroy();
      else if (opened === null) owner.onFailed(error!);
      else owner.onOpened(opened);
      settled?.(opened !== null);
      openForWaiting();
    });
    attempts.add(attempt);
  }

  function openUpTo(wanted: number): void {
    while (attempts.size < wanted && mayOpen() && begunThisTurn < OPENED_PER_TURN) {
      if (begunThisTurn === 0) setImmediate(beginTurn);
      begunThisTurn += 1;
      open();
    }
  }

  function openForWaiting(): void {
    openUpTo(owner.waiting());
  }

  function beginTurn(): void {
    begunThisTurn = 0;
    openForWaiting();
  }

  return {
    get underWay() {
      return attempts.size;
    },
    openForWaiting,
    openAhead() {
      openUpTo(owner.waiting() + Math.min(MOST_AHEAD, Math.floor(owner.connections() * AHEAD_SHARE)));
    },
    async warm(connections) {
      let left = Math.min(connections, maxConnections) - owner.connections() - attempts.size;
      /** A lane ends where an attempt fails: a server that answers no handshake would hold the test up for a timeout a connection. */
      const lane = async (): Promise<void> => {
        for (let isOpen = true; isOpen && left > 0 && mayOpen();) {
          left -= 1;
          isOpen = await new Promise<boolean>(open);
        }
      };
      await Promise.all(Array.from({ length: Math.min(left, OPENING_AT_ONCE) }, lane));
    },
    close() {
      closed = true;
      for (const attempt of attempts) attempt.abort();
    },
  };
}
