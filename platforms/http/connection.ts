import type { Socket } from 'node:net';
import { monotonicMs } from '../../common/clock.js';
import type { Exchange } from './exchange.js';
import { type Fault, faultOf } from './faults.js';
import type { HeaderNames } from './header-field.js';
import { ResponseParser } from './response-parser.js';
import type { OpenedSocket } from './sockets.js';

/** Whoever owns connections hears of what happens on them. */
export interface ConnectionOwner {
  /** the exchange has its answer, or will never have one; the connection is free again if `connection.reusable` */
  onEnd(connection: Connection, exchange: Exchange, fault: Fault | null): void;
  /** the connection is no more, and was idle; called at most once, and not after an `onEnd` that it was not reusable */
  onIdleEnd(connection: Connection): void;
}

/** Idle longer than this, a connection is not used again: below the 60 s after which OpenWhisk's front closes it. */
const IDLE_MS = 50_000;
/** So much earlier than the server says it would close an idle connection: the request needs its time to get there. */
const IDLE_MARGIN_MS = 1_000;

/** One connection to a server: one request at a time, and its answer read from the socket's bytes. */
export class Connection {
  /** whether another request may follow: only where the whole answer came and both sides keep the connection */
  reusable = true;
  /** idle beyond this moment it is not used again, `monotonicMs()` */
  idleUntilMs = 0;
  readonly parser: ResponseParser;
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  #exchange: Exchange | null = null;

  /** @param opened a socket that is connected, with its TLS handshake done */
  constructor(opened: OpenedSocket, owner: ConnectionOwner, names: HeaderNames, keepBytes: number) {
    this.parser = new ResponseParser(names, keepBytes);
    this.#socket = opened.socket;
    this.#owner = owner;
    this.#beIdle();
    opened.listen((bytes, length) => this.#onBytes(bytes, length));
    opened.socket.once('end', () => this.#onClose(null));
    opened.socket.once('close', () => this.#onClose(null));
    opened.socket.on('error', (error) => this.#onClose(error));
  }

  /** Sends a request; its exchange is told of everything from now on. */
  send(exchange: Exchange): void {
    const { bytes, isHead } = exchange.request!;
    this.#exchange = exchange;
    exchange.connection = this;
    this.parser.begin(isHead);
    exchange.sentMs = monotonicMs();
    this.#socket.write(bytes);
  }

  /** Ends the connection; its exchange hears nothing more. */
  destroy(): void {
    this.reusable = false;
    this.#exchange = null;
    this.#socket.destroy();
  }

  #onBytes(bytes: Uint8Array, length: number): void {
    const exchange = this.#exchange;
    // What a server says unasked is no answer to the next request.
    if (exchange === null) return this.#endIdle();
    exchange.firstByteMs ??= monotonicMs();
    const used = this.parser.read(bytes, length);
    if (this.parser.broken) return this.#end(exchange, 'protocol');
    if (!this.parser.complete) return;
    // Bytes behind the answer, or an answer before the request had left, leave a connection in a state that nobody knows.
    if (used < length || !this.parser.head.keepsOpen || this.#socket.writableLength > 0) this.reusable = false;
    this.#end(exchange, null);
  }

  #onClose(error: Error | null): void {
    const exchange = this.#exchange;
    if (exchange === null) return this.#endIdle();
    this.reusable = false;
    if (error === null && this.parser.close()) return this.#end(exchange, null);
    this.#end(exchange, error === null ? 'reset' : faultOf(error));
  }

  #end(exchange: Exchange, fault: Fault | null): void {
    this.#exchange = null;
    if (fault !== null) this.reusable = false;
    if (this.reusable) this.#beIdle();
    else this.#socket.destroy();
    this.#owner.onEnd(this, exchange, fault);
  }

  #beIdle(): void {
    const { keepOpenMs } = this.parser.head;
    const idleMs = keepOpenMs >= 0 ? Math.min(IDLE_MS, keepOpenMs - IDLE_MARGIN_MS) : IDLE_MS;
    this.idleUntilMs = monotonicMs() + idleMs;
  }

  #endIdle(): void {
    if (!this.reusable) return;
    this.reusable = false;
    this.#socket.destroy();
    this.#owner.onIdleEnd(this);
  }
}
