import { findOpenWhiskAccess } from '../../platforms/openwhisk/credentials.js';
import { insecureAsked, settleCertificate } from '../../platforms/tls.js';
import type { OpenWhiskTarget } from './openwhisk.js';

/**
 * The OpenWhisk that the environment or `.wskprops` names, its certificate settled.
 * @param insecure `-i` of the command
 * @param kind     `wsk` accepts such a certificate nowhere unasked
 * @param notify   told once when an unverifiable certificate of a local host was accepted
 * @param apiHost  comes before what the environment names
 * @throws ConfigError (no host, no key), PlatformError (its certificate cannot be verified)
 */
export async function findOpenWhiskTarget(
  insecure: boolean,
  notify: (notice: string) => void,
  kind: 'local_openwhisk' | 'wsk' = 'local_openwhisk',
  apiHost?: string,
): Promise<OpenWhiskTarget> {
  const access = await findOpenWhiskAccess(apiHost === undefined ? {} : { apiHost });
  const certificate = await settleCertificate({ apiHost: access.apiHost, kind, insecure: insecureAsked(insecure) });
  if (certificate.notice !== null) notify(certificate.notice);
  return { kind: 'openwhisk', access, insecure: certificate.insecure };
}
