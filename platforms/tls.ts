import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { connect } from 'node:tls';
import { PlatformError, systemErrorCode } from '../common/errors.js';
import type { EndpointKind } from '../workload/model.js';

/** Whether certificates of an endpoint are verified, settled once before the first request. */
export interface CertificateDecision {
  /** true: connect with `rejectUnauthorized: false` */
  insecure: boolean;
  /** what the user should know, or null */
  notice: string | null;
}

export interface CertificateQuestion {
  /** with scheme */
  apiHost: string;
  kind: EndpointKind;
  /** `-i`, FAASLAB_INSECURE=1 (see `insecureAsked`) or `insecure` of the config's endpoint */
  insecure: boolean;
}

/** `-i` of a command, or FAASLAB_INSECURE=1. */
export function insecureAsked(flag: boolean): boolean {
  return flag || process.env['FAASLAB_INSECURE'] === '1';
}

/**
 * A local OpenWhisk signs its own certificate. `local_openwhisk` (and `embedded`) accept such a one on loopback,
 * link-local and private addresses, with a notice; anywhere else only `-i` does.
 * Makes one TLS handshake; a host that cannot be reached is left to the request that meets it.
 *
 * @throws PlatformError if the certificate cannot be verified and nobody allowed that
 */
export async function settleCertificate({
  apiHost,
  kind,
  insecure,
}: CertificateQuestion): Promise<CertificateDecision> {
  const { protocol, hostname, port } = new URL(apiHost);
  if (protocol !== 'https:') return { insecure: false, notice: null };
  if (insecure) return { insecure: true, notice: null };
  const host = hostname.replaceAll(/^\[|\]$/g, '');
  const fault = await verificationFault(host, port === '' ? 443 : Number(port));
  if (fault === null) return { insecure: false, notice: null };
  const mayBeLocal = kind === 'local_openwhisk' || kind === 'embedded';
  if (mayBeLocal && (await isLocal(host))) {
    return {
      insecure: true,
      notice: `the certificate of ${apiHost} cannot be verified (${fault}); accepted, since its address is local`,
    };
  }
  throw new PlatformError(
    `${apiHost}: its certificate cannot be verified (${fault}); if you trust the host, allow it with -i`,
  );
}

/** Why a handshake's certificate does not verify; null if it does, or if no handshake came about at all. */
function verificationFault(host: string, port: number): Promise<string | null> {
  return new Promise((settle) => {
    const socket = connect({ host, port, rejectUnauthorized: false, ...(isIP(host) ? {} : { servername: host }) });
    const end = (fault: string | null): void => {
      socket.destroy();
      settle(fault);
    };
    socket.setTimeout(10_000, () => end(null));
    socket.once('error', () => end(null));
    socket.once('secureConnect', () => {
      if (socket.authorized) return end(null);
      const error: unknown = socket.authorizationError;
      end(typeof error === 'string' ? error : (systemErrorCode(error) ?? 'not authorized'));
    });
  });
}

const localAddresses = new BlockList();
for (const [net, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const) {
  localAddresses.addSubnet(net, prefix, 'ipv4');
}
localAddresses.addAddress('::1', 'ipv6');
localAddresses.addSubnet('fe80::', 10, 'ipv6');
localAddresses.addSubnet('fc00::', 7, 'ipv6');

/** Whether every address of a host is loopback, link-local or private. */
export async function isLocal(host: string): Promise<boolean> {
  const addresses = await lookup(host, { all: true }).catch(() => []);
  return (
    addresses.length > 0 &&
    addresses.every(({ address, family }) => localAddresses.check(address, family === 6 ? 'ipv6' : 'ipv4'))
  );
}
