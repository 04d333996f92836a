import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { cachedLookup } from './cached-lookup.js';

/** A socket that is connected. */
export interface OpenedSocket {
  socket: Socket;
  /** calls back with the bytes that come; they are overwritten by the next ones */
  listen(onBytes: (bytes: Uint8Array, length: number) => void): void;
}

export interface SocketTarget {
  /** scheme, host and port, as `URL.origin` */
  origin: string;
  /** accept a certificate that cannot be verified */
  insecure: boolean;
  /** of opening one */
  timeoutMs: number;
}

/** All sockets of a thread read into one buffer, for each is done with its bytes before the next one reads. */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);

/** Opens a socket. `opened` is called exactly once, never before this returns, with the socket or with the error. */
export type SocketOpener = (opened: (error: Error | null, opened: OpenedSocket | null) => void) => { abort(): void };

/** Opens sockets to one origin. */
export function socketOpener({ origin, insecure, timeoutMs }: SocketTarget): SocketOpener {
  const url = new URL(origin);
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  const isTls = url.protocol === 'https:';
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
  const lookup = cachedLookup();
  /** so that a later handshake of the same host is a short one */
  let session: Buffer | undefined;

  return (opened) => {
    let onBytes: ((bytes: Uint8Array, length: number) => void) | null = null;
    let early: Buffer[] = [];
    const onread = {
      buffer: READ_BUFFER,
      callback(length: number, bytes: Uint8Array): boolean {
        if (onBytes !== null) onBytes(bytes, length);
        else early.push(Buffer.from(bytes.subarray(0, length)));
        return true;
      },
    };
    const address = { host, port, lookup, noDelay: true, onread };
    const socket: Socket = isTls
      ? connectTls({
          ...address,
          rejectUnauthorized: !insecure,
          ALPNProtocols: ['http/1.1'],
          ...(session === undefined ? {} : { session }),
          ...(isIP(host) === 0 ? { servername: host } : {}),
        }).on('session', (fresh: Buffer) => (session = fresh))
      : connectTcp(address);
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    const settle = (error: Error | null): void => {
      clearTimeout(timer);
      socket.off('error', settle);
      socket.off('close', onClose);
      if (error === null) return opened(null, { socket, listen });
      // Whatever else it has to say is for nobody.
      socket.on('error', () => undefined);
      socket.destroy();
      opened(error, null);
    };
    const onClose = (): void => settle(Object.assign(new Error('closed before it was open'), { code: 'ECONNRESET' }));
    const listen: OpenedSocket['listen'] = (listener) => {
      onBytes = listener;
      for (const bytes of early) listener(bytes, bytes.length);
      early = [];
    };
    socket.once(isTls ? 'secureConnect' : 'connect', () => settle(null));
    socket.once('error', settle);
    socket.once('close', onClose);
    return { abort: () => void socket.destroy() };
  };
}
