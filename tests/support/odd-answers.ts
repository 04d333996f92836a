import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { Client, errors } from 'undici';
import { monotonicMs } from '../../common/clock.js';
import { Connection, type ConnectionOwner } from '../../platforms/http/connection.js';
import { Exchange } from '../../platforms/http/exchange.js';
import { type Fault, faultOf } from '../../platforms/http/faults.js';
import { headerNames } from '../../platforms/http/header-field.js';
import { requestsOf } from '../../platforms/http/request.js';

/** What a server says to one request, and what it does then. */
export interface OddAnswer {
  method: 'GET' | 'HEAD';
  /** each comes by itself, in a turn of its own */
  pieces: Buffer[];
  ending: 'stays open' | 'closes' | 'resets';
}

/** What a client makes of it. */
export interface Seen {
  /** `waits` = neither answered nor failed after everything was said */
  end: 'whole' | 'waits' | Fault;
  status: number | null;
  body: string;
  /** the value of `x-wanted`; of several the first */
  wanted: string | null;
  /** whether the client would send another request on the connection */
  isKept: boolean;
}

/** A socket inside the process: it takes a request and plays an answer. */
class PlayedSocket extends Duplex {
  #asked: () => void = () => undefined;
  readonly #request = new Promise<void>((asked) => (this.#asked = asked));

  override _read(): void {}
  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    this.#asked();
    done();
  }

  async play({ pieces, ending }: OddAnswer): Promise<void> {
    await this.#request;
    await turn();
    for (const piece of pieces) {
      if (this.destroyed) return;
      this.push(piece);
      await turn();
    }
    if (this.destroyed) return;
    if (ending === 'closes') this.push(null);
    if (ending === 'resets') this.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    await turn();
    await turn();
  }
}

/** A turn of the event loop, after which everything that waits for no clock was done. */
function turn(): Promise<void> {
  return new Promise((over) => setImmediate(over));
}

const URL_OF_ALL = new URL('http://server.test/');

/** What our client makes of an answer. */
export async function seenByUs(answer: OddAnswer): Promise<Seen> {
  const socket = new PlayedSocket();
  let isKept = true;
  let seen: Seen | undefined;
  const owner: ConnectionOwner = {
    onEnd(of, _exchange, fault) {
      isKept = of.reusable && of.idleUntilMs > monotonicMs();
      if (seen !== undefined) throw new Error('answered twice');
      seen = { end: fault ?? 'whole', ...read(of), isKept };
    },
    onIdleEnd: () => void (isKept = false),
  };
  const listen = (onBytes: (bytes: Uint8Array, length: number) => void): void => {
    // As with the shared read buffer of real sockets, bytes are worth nothing once the listener returns.
    socket.on('data', (bytes: Buffer) => {
      const lent = Buffer.from(bytes);
      onBytes(lent, lent.length);
      lent.fill(0);
    });
  };
  const connection = new Connection(
    { socket: socket as unknown as Socket, listen },
    owner,
    headerNames(['x-wanted']),
    Infinity,
  );
  const exchange = new Exchange();
  exchange.request = requestsOf({ url: URL_OF_ALL, method: answer.method, headers: {} }, null)(0);
  connection.send(exchange);
  await socket.play(answer);
  seen ??= { end: 'waits', ...read(connection), isKept };
  connection.destroy();
  return { ...seen, isKept };
}

function read({ parser: { status, head, body } }: Connection): Omit<Seen, 'end' | 'isKept'> {
  const kept = body.kept?.toString('latin1') ?? '';
  if (body.bytes !== kept.length) throw new Error(`${body.bytes} bytes were counted and ${kept.length} kept`);
  return { status: status || null, body: kept, wanted: status === 0 ? null : head.wanted[0]! };
}

export interface SeenByUndici extends Seen {
  /** its error in its own words */
  error: string | null;
}

/** What undici makes of an answer. */
export async function seenByUndici(answer: OddAnswer): Promise<SeenByUndici> {
  const socket = new PlayedSocket();
  const client = new Client(URL_OF_ALL.origin, {
    connect: (_options, connected) => void setImmediate(() => connected(null, socket as unknown as Socket)),
    // As ours: a second before the server would close it, and heads of up to 64 KiB.
    keepAliveTimeoutThreshold: 1_000,
    keepAliveMaxTimeout: 50_000,
    maxHeaderSize: 65_536,
  });
  const seen: SeenByUndici = { end: 'waits', status: null, body: '', wanted: null, isKept: true, error: null };
  client.dispatch(
    { path: '/', method: answer.method },
    {
      onRequestStart() {},
      onResponseStart(_controller, status, headers) {
        if (status < 200) return;
        seen.status = status;
        // It leaves the blanks behind a value, which are no part of it (RFC 9110 5.5).
        seen.wanted = [headers['x-wanted'] ?? []].flat()[0]?.replace(/[ \t]+$/, '') ?? null;
      },
      onResponseData(_controller, bytes) {
        seen.body += bytes.toString('latin1');
      },
      onResponseEnd() {
        if (seen.end !== 'waits') throw new Error('answered twice');
        seen.end = 'whole';
      },
      onResponseError(_controller, error) {
        seen.end = faultOfUndici(error);
        seen.error = `${(error as { code?: string }).code}: ${error.message}`;
      },
    },
  );
  await socket.play(answer);
  seen.isKept = !socket.destroyed;
  const result = { ...seen };
  await client.destroy();
  return result;
}

/** undici's errors in our words. */
export function faultOfUndici(error: Error): Fault {
  if (error instanceof errors.SocketError) return /^bad (response|upgrade)/.test(error.message) ? 'protocol' : 'reset';
  return faultOf(error);
}
