import { systemErrorCode } from '../../common/errors.js';

/** Why no usable answer came, in the words of the `error` column. */
export type Fault = 'timeout' | 'refused' | 'reset' | 'dns' | 'tls' | 'protocol' | 'no_socket';

/**
 * Faults by the codes of Node and undici. `no_socket` is this machine's own: no file descriptor or local port was left.
 */
const FAULT_OF_CODE: Record<string, Fault> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EHOSTDOWN: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_CLOSED: 'reset',
  UND_ERR_DESTROYED: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EMFILE: 'no_socket',
  ENFILE: 'no_socket',
  ENOBUFS: 'no_socket',
  EADDRNOTAVAIL: 'no_socket',
  EPROTO: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  UNABLE_TO_GET_ISSUER_CERT: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
  HOSTNAME_MISMATCH: 'tls',
  INVALID_CA: 'tls',
};

/** The word for an error that ended an exchange; whatever is unknown was no HTTP that anybody could read. */
export function faultOf(error: unknown): Fault {
  const code = systemErrorCode(error);
  // undici closes the socket itself after a 1xx or an upgrade that nobody asked for, and calls that a socket error too.
  if (code === 'UND_ERR_SOCKET' && /^bad (response|upgrade)/.test((error as Error).message)) return 'protocol';
  if (code === undefined) return 'protocol';
  if (/^(CERT_|ERR_TLS_|ERR_SSL_|CRL_)/.test(code)) return 'tls';
  return FAULT_OF_CODE[code] ?? 'protocol';
}
