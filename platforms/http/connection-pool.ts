import { monotonicMs } from '../../common/clock.js';
import { Connection, type ConnectionOwner } from './connection.js';
import { deadlines } from './deadlines.js';
import { Exchange, type Reply } from './exchange.js';
import { ExchangeQueue } from './exchange-queue.js';
import { type Fault, faultOf } from './faults.js';
import { growth } from './growth.js';
import { headerNames } from './header-field.js';
import { idleConnections } from './idle-connections.js';
import type { PreparedRequest } from './request.js';
import { type OpenedSocket, socketOpener } from './sockets.js';

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
   * so nothing is allocated for a request. After `close` it is called at once, with `reset`.
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
 * Opens a pool. Whichever connection is free first takes the oldest waiting request, be it the one opened for it or not, so
 * that a slow handshake holds back nobody.
 */
export function openConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { maxConnections, keepBytes, wantedHeaders } = options;
  const nothingWanted = wantedHeaders.map(() => null);
  const names = headerNames(wantedHeaders);
  const connections = new Set<Connection>();
  const spare: Exchange[] = [];
  const waiting = new ExchangeQueue();
  const idle = idleConnections((connection) => {
    connection.destroy();
    connections.delete(connection);
  });
  const due = deadlines(options.timeoutMs, (exchange) => giveUp(exchange, 'timeout'));
  const growing = growth(socketOpener(options), maxConnections, {
    connections: () => connections.size,
    waiting: () => waiting.length,
    onOpened,
    onFailed: (error) => failOne(faultOf(error)),
  });
  const owner: ConnectionOwner = {
    onEnd(connection, exchange, fault) {
      readAnswer(exchange, connection);
      // The reply first: the next request on this connection begins a new answer where this one stands.
      end(exchange, fault);
      if (connection.reusable) free(connection);
      else connections.delete(connection);
      growing.openForWaiting();
    },
    onIdleEnd: (connection) => void connections.delete(connection),
  };
  let closed = false;

  function onOpened(opened: OpenedSocket): void {
    const connection = new Connection(opened, owner, names, keepBytes);
    // A server that spoke before it was asked, together with its handshake, has ended the connection already.
    if (!connection.reusable) return failOne('protocol');
    connections.add(connection);
    free(connection);
  }

  /**
   * A connection could not be opened. The oldest row meets the fault if fewer attempts are left than rows wait: one opened
   * ahead was for nobody. An attempt lasts as long as a row may: a younger row is owed another one until its own deadline.
   */
  function failOne(fault: Fault): void {
    if (fault === 'timeout' || growing.underWay >= waiting.length) return;
    end(waiting.shift()!, fault);
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
    exchange.measuredIds = parser.body.measuredIds;
  }

  /** The deadline, or the end of the pool: the answer may still come, but nobody waits for it. */
  function giveUp(exchange: Exchange, fault: Fault): void {
    const { connection } = exchange;
    if (connection !== null) {
      connections.delete(connection);
      readAnswer(exchange, connection);
      connection.destroy();
    } else if (exchange.queued) waiting.giveUp(exchange);
    end(exchange, fault);
    growing.openForWaiting();
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
    exchange.measuredIds = null;
    // One that still stood in the queue would be sent twice.
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
    warm: (wanted) => growing.warm(wanted),
    send(request, one, other, onReply) {
      const exchange = begin(request);
      exchange.one = one;
      exchange.other = other;
      exchange.onReply = onReply;
      if (closed) return end(exchange, 'reset');
      const connection = idle.take();
      if (connection !== undefined) return connection.send(exchange);
      waiting.push(exchange);
      growing.openForWaiting();
      growing.openAhead();
    },
    close() {
      if (closed) return;
      closed = true;
      growing.close();
      for (const exchange of due.all()) giveUp(exchange, 'reset');
      for (const connection of connections) connection.destroy();
      connections.clear();
      idle.close();
      due.close();
    },
  };
}
