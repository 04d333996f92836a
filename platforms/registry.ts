import type { Workload } from '../workload/model.js';
import type { PlatformAccess } from './access.js';
import { connectHttp } from './http/platform.js';
import { findOpenWhiskAccess } from './openwhisk/credentials.js';
import { connectOpenWhisk } from './openwhisk/platform.js';
import type { Platform } from './platform.js';

export interface ConnectOptions {
  /** keys in memory; without them they are looked for in the environment */
  access?: PlatformAccess | undefined;
  /** `-i`, or FAASLAB_INSECURE=1 (`insecureAsked`) */
  insecure: boolean;
}

/**
 * The platform that a workload names.
 * @throws ConfigError   no host or key
 * @throws PlatformError a certificate that cannot be verified
 */
export async function connectPlatform(workload: Workload, { access, insecure }: ConnectOptions): Promise<Platform> {
  if (workload.endpoint.kind === 'generic') return connectHttp(workload, { insecure });
  if (workload.endpoint.kind === 'lambda') {
    // The SDK takes longer to load than all of ours.
    const { connectLambda } = await import('./lambda/platform.js');
    return connectLambda(workload, access?.lambda, { insecure });
  }
  const openwhisk = access?.openwhisk ?? (await findOpenWhiskAccess(workload.endpoint));
  if (workload.endpoint.kind !== 'wsk') return connectOpenWhisk(workload, openwhisk, { insecure });
  const { connectWsk } = await import('./wsk/platform.js');
  return connectWsk(workload, openwhisk, { insecure });
}
