import { buildConnector, Client } from 'undici';
import { Exchange, type PreparedRequest, type Reply } from './exchange.js';
import { ExchangeQueue } from './exchange-queue.js';
import { faultOf } from './faults.js';

export interface ConnectionPoolOptions {
  /** scheme, host and port, as `URL.origin` */
  origin: string;
  maxConnections: number;
  /** of a whole request, from the moment it is handed over */
  timeoutMs: number;
  /** how much of each answer's body is kept */
  keepBytes: number;
  /** accept a certificate that cannot be verified */
  insecure: boolean;
}

/** Connections to one origin, kept alive, one request at a time on each. */
export interface ConnectionPool {
  /** opens connections without sending anything; resolves when each is open or has failed */
  warm(connections: number): Promise<void>;
  /** `done` is called exactly once, at the latest at the deadline */
  send(request: PreparedRequest, done: (reply: Reply) => void): void;
  /** ends every connection; requests under way are answered with `reset` */
  close(): Promise<void>;
}

/**
 * How many connections are being opened at once. Connections grow with what is in flight, but a server that stalls must not
 * be met with thousands of handshakes at once: they would collapse on the file and port limits.
 */
const OPENING_AT_ONCE = 64;

/** Idle longer than this, a connection is closed; below the 60 s after which OpenWhisk's front closes it. */
const IDLE_MS = 50_000;

type Socket = Extract<Parameters<buildConnector.Callback>, [null, unknown]>[1];

/** One connection: an undici client, which frames HTTP/1.1 on the socket that it is given. */
interface Connection {
  client: Client;
  alive: boolean;
}

/**
 * Opens a pool. undici's own Pool ties a request to the connection that it opened for it; here whichever connection is free
 * first takes the oldest waiting request, so that a slow handshake holds back nobody.
 */
export function openConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const url = new URL(options.origin);
  const target = { hostname: url.hostname.replaceAll(/^\[|\]$/g, ''), protocol: url.protocol, port: url.port };
  const connect = buildConnector({ timeout: options.timeoutMs, rejectUnauthorized: !options.insecure });
  const idle: Connection[] = [];
  const waiting = new ExchangeQueue();
  let opening = 0;
  let open = 0;
  /** connections whose answer is complete, and which are free a turn later: nobody needs to open another for that */
  let freeing = 0;
  let closed = false;
  const all = new Set<Connection>();

  function openOne(settled: () => void = () => undefined): void {
    opening += 1;
    connect({ ...target, host: url.host }, (error, socket) => {
      opening -= 1;
      // On an error undici leaves the socket out.
      if (error !== null || closed) {
        socket?.destroy();
        waiting.shift()?.fail(closed ? 'reset' : faultOf(error));
      } else {
        adopt(socket);
      }
      settled();
      openForWaiting();
    });
  }

  function mayOpen(): boolean {
    return !closed && opening < OPENING_AT_ONCE && open + opening < options.maxConnections;
  }

  function openForWaiting(): void {
    while (opening + freeing < waiting.length && mayOpen()) openOne();
  }

  function adopt(socket: Socket): void {
    let unused: Socket | null = socket;
    const client = new Client(options.origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_MS,
      // Called again only if the socket died, or the server spoke on it unasked, before the first write: then a fresh one.
      connect: (again, callback) => {
        if (unused === null || unused.destroyed) return connect(again, callback);
        const first = unused;
        unused = null;
        // undici looks for work to do after this call returned, not during it.
        queueMicrotask(() => callback(null, first));
      },
    });
    const connection: Connection = { client, alive: true };
    all.add(connection);
    open += 1;
    // Until its first request the socket is ours: undici does not listen to it yet.
    const lost = (): void => drop(connection);
    socket.once('close', lost);
    client.once('disconnect', lost);
    free(connection);
  }

  function drop(connection: Connection): void {
    if (!connection.alive) return;
    connection.alive = false;
    all.delete(connection);
    open -= 1;
    // Gracefully: a request that met the dying socket may still be on its way over a fresh one.
    if (!closed) connection.client.close().catch(() => undefined);
    openForWaiting();
  }

  function free(connection: Connection): void {
    if (!connection.alive) return;
    const next = waiting.shift();
    if (next === undefined) idle.push(connection);
    else dispatch(connection, next);
  }

  function dispatch(connection: Connection, exchange: Exchange): void {
    // A turn later undici has closed the connection if the server asked for that.
    exchange.onSocketFree = () => {
      freeing += 1;
      setImmediate(() => {
        freeing -= 1;
        free(connection);
        openForWaiting();
      });
    };
    const { path, method, headers, body } = exchange.request;
    connection.client.dispatch({ path, method, headers, body }, exchange);
  }

  function takeIdle(): Connection | undefined {
    for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
      if (connection.alive) return connection;
    }
    return undefined;
  }

  return {
    async warm(connections) {
      let left = Math.min(connections, options.maxConnections) - open;
      const lane = async (): Promise<void> => {
        while (left > 0 && mayOpen()) {
          left -= 1;
          await new Promise<void>((settled) => openOne(settled));
        }
      };
      await Promise.all(Array.from({ length: Math.min(left, OPENING_AT_ONCE) }, lane));
    },
    send(request, done) {
      const exchange = new Exchange(request, options.timeoutMs, options.keepBytes, done);
      const connection = takeIdle();
      if (connection !== undefined) return dispatch(connection, exchange);
      waiting.push(exchange);
      openForWaiting();
    },
    async close() {
      closed = true;
      for (let exchange = waiting.shift(); exchange !== undefined; exchange = waiting.shift()) exchange.fail('reset');
      await Promise.all([...all].map(({ client }) => client.destroy()));
    },
  };
}
