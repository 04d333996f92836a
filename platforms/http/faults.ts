import { systemErrorCode } from '../../common/errors.js';

/** Why no usable answer came, in the words of the `error` column. */
export type Fault = 'timeout' | 'refused' | 'reset' | 'dns' | 'tls' | 'protocol' | 'no_socket';

/**
 * Faults by the codes of Node. `no_socket` is this machine's own: no file descriptor or local port was left.
 */
const FAULT_OF_CODE: Record<string, Fault> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EHOSTDOWN: 'refused',
  ENETDOWN: 'refused',
  // A firewall of this machine forbids it.
  EACCES: 'refused',
  EPERM: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'dns',
  EMFILE: 'no_socket',
  ENFILE: 'no_socket',
  ENOBUFS: 'no_socket',
  ENOMEM: 'no_socket',
  EADDRNOTAVAIL: 'no_socket',
  EADDRINUSE: 'no_socket',
  EPROTO: 'tls',
};

/** Faults by what codes have in common: OpenSSL has a name for each way in which a certificate does not verify. */
const FAULT_OF_PATTERN: [RegExp, Fault][] = [
  [/^EAI_/, 'dns'],
  [/^ERR_(?:TLS|SSL|OSSL)_/, 'tls'],
  [/^UNABLE_TO_|CERT|CRL|^HOSTNAME_MISMATCH$|^INVALID_(?:CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$/, 'tls'],
];

/** The word for an error that ended an exchange; whatever is unknown was no HTTP that anybody could read. */
export function faultOf(error: unknown): Fault {
  // Of a host with several addresses each was tried; what the last one met is what counts.
  const met: unknown = error instanceof AggregateError ? error.errors.at(-1) : error;
  const code = systemErrorCode(met);
  if (code === undefined) return 'protocol';
  return FAULT_OF_CODE[code] ?? FAULT_OF_PATTERN.find(([pattern]) => pattern.test(code))?.[1] ?? 'protocol';
}
