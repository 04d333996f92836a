import { monotonicMs } from '../../common/clock.js';
import { Connection, type ConnectionOwner } from './connection.js';
import { deadlines } from './deadlines.js';
import { Exchange, type Reply } from './exchange.js';
import { ExchangeQueue } from './exchange-queue.js';
import { type Fault, faultOf } from './faults.js';
import { headerNames } from './header-field.js';
import { idleConnections } from './idle-connections.js';
import type { PreparedRequest } from './request.js';
import { socketOpener } from './sockets.js';

export interface ConnectionPoolOptions {
  /** scheme, host and port, as `URL.origin` */
  origin: string;
  maxConnections: number;
  /** of a whole request, from the moment it is handed over */
  timeoutMs: number;
  /** how much of each answer's body is kept */
  keepBytes: number;
  /** lower case; a reply has their values in this order */
  wantedHeaders: readonly string[];
  /** accept a certificate that cannot be verified */
  insecure: boolean;
}

/** Connections to one origin, kept alive, one request at a time on each. */
export interface ConnectionPool {
  /** opens connections without sending anything; resolves when each is open or has failed */
  warm(connections: number): Promise<void>;
  /**
   * `onReply` is called exactly once, at the latest at the deadline, with what came and the two values that it was given:
   * so nothing is allocated for a request.
   */
  send<One, Other>(
    request: PreparedRequest,
    one: One,
    other: Other,
    onReply: (reply: Reply, one: One, other: Other) => void,
  ): void;
  /** ends every connection; requests under way are answered with `reset` */
  close(): void;
}

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

/**
 * Opens a pool. Whichever connection is free first takes the oldest waiting request, be it the one opened for it or not, so
 * that a slow handshake holds back nobody.
 */
export function openConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { maxConnections, keepBytes, wantedHeaders } = options;
  const nothingWanted = wantedHeaders.map(() => null);
  const names = headerNames(wantedHeaders);
  const openSocket = socketOpener(options);
  const connections = new Set<Connection>();
  const openings = new Set<{ abort(): void }>();
  const spare: Exchange[] = [];
  const waiting = new ExchangeQueue((exchange) => void spare.push(exchange));
  const idle = idleConnections((connection) => {
    connection.destroy();
    connections.delete(connection);
  });
  const due = deadlines(options.timeoutMs, (exchange) => giveUp(exchange, 'timeout'));
  let openedThisTurn = 0;
  let closed = false;

  const owner: ConnectionOwner = {
    onEnd(connection, exchange, fault) {
      readAnswer(exchange, connection);
      // The reply first: the next request on this connection begins a new answer where this one stands.
      end(exchange, fault);
      if (connection.reusable) free(connection);
      else connections.delete(connection);
      openForWaiting();
    },
    onIdleEnd: (connection) => void connections.delete(connection),
  };

  function open(ahead: boolean, settled: () => void = () => undefined): void {
    const opening = openSocket((error, opened) => {
      openings.delete(opening);
      if (opened !== null && !closed) {
        const connection = new Connection(opened, owner, names, keepBytes);
        connections.add(connection);
        free(connection);
      } else {
        opened?.socket.destroy();
        // The row that asked for it meets the fault; what was opened ahead was for nobody yet.
        if (!ahead || openings.size < waiting.length) failOldest(closed ? 'reset' : faultOf(error));
      }
      settled();
      openForWaiting();
    });
    openings.add(opening);
  }

  function mayOpen(): boolean {
    return !closed && openings.size < OPENING_AT_ONCE && connections.size + openings.size < maxConnections;
  }

  /** Opens what waits for a connection, some in this turn and the rest, if it still waits, in the next. */
  function openForWaiting(): void {
    while (openings.size < waiting.length && mayOpen()) {
      if (openedThisTurn === OPENED_PER_TURN) return;
      openInTurn(false);
    }
  }

  function openAhead(): void {
    const ahead = Math.min(MOST_AHEAD, Math.floor(connections.size * AHEAD_SHARE));
    while (openings.size < waiting.length + ahead && mayOpen() && openedThisTurn < OPENED_PER_TURN) openInTurn(true);
  }

  function openInTurn(ahead: boolean): void {
    if (openedThisTurn === 0) setImmediate(beginTurn);
    openedThisTurn += 1;
    open(ahead);
  }

  function beginTurn(): void {
    openedThisTurn = 0;
    openForWaiting();
  }

  function failOldest(fault: Fault): void {
    const exchange = waiting.shift();
    if (exchange !== undefined) end(exchange, fault);
  }

  function free(connection: Connection): void {
    const next = waiting.shift();
    if (next === undefined) idle.add(connection);
    else connection.send(next);
  }

  function readAnswer(exchange: Exchange, { parser }: Connection): void {
    if (parser.status === 0) return;
    exchange.status = parser.status;
    exchange.headers = parser.head.wanted;
    exchange.responseBytes = parser.body.bytes;
    exchange.body = parser.body.kept;
  }

  /** The deadline, or the end of the pool: the answer may still come, but nobody waits for it. */
  function giveUp(exchange: Exchange, fault: Fault): void {
    const { connection } = exchange;
    if (connection !== null) {
      connections.delete(connection);
      readAnswer(exchange, connection);
      connection.destroy();
    } else if (exchange.queued) waiting.noteEnded();
    end(exchange, fault);
    openForWaiting();
  }

  function end(exchange: Exchange, fault: Fault | null): void {
    due.remove(exchange);
    exchange.ended = true;
    exchange.connection = null;
    exchange.fault = fault;
    exchange.endMs = monotonicMs();
    exchange.onReply!(exchange, exchange.one as never, exchange.other as never);
    // What it handed through is not ours to keep.
    exchange.one = null;
    exchange.other = null;
    exchange.body = null;
    if (!exchange.queued) spare.push(exchange);
  }

  function begin(request: PreparedRequest): Exchange {
    const exchange = spare.pop() ?? new Exchange();
    exchange.request = request;
    exchange.ended = false;
    exchange.status = null;
    exchange.headers = nothingWanted;
    exchange.sentMs = null;
    exchange.firstByteMs = null;
    exchange.responseBytes = null;
    due.add(exchange, monotonicMs());
    return exchange;
  }

  return {
    async warm(wanted) {
      const missing = (): number => Math.min(wanted, maxConnections) - connections.size - openings.size;
      let left = missing();
      const lane = async (): Promise<void> => {
        while (left > 0 && mayOpen()) {
          left -= 1;
          await new Promise<void>((settled) => open(true, settled));
        }
      };
      await Promise.all(Array.from({ length: Math.min(left, OPENING_AT_ONCE) }, lane));
    },
    send(request, one, other, onReply) {
      const exchange = begin(request);
      exchange.one = one;
      exchange.other = other;
      exchange.onReply = onReply;
      const connection = idle.take();
      if (connection !== undefined) return connection.send(exchange);
      waiting.push(exchange);
      openForWaiting();
      openAhead();
    },
    close() {
      closed = true;
      for (const opening of openings) opening.abort();
      for (const exchange of due.all()) giveUp(exchange, 'reset');
      for (const connection of connections) connection.destroy();
      connections.clear();
      idle.close();
      due.close();
    },
  };
}
