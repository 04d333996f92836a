import { ConfigError } from '../common/errors.js';
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
 * @throws ConfigError   no host or key, or a kind that this version does not speak
 * @throws PlatformError a certificate that cannot be verified
 */
export async function connectPlatform(workload: Workload, { access, insecure }: ConnectOptions): Promise<Platform> {
  const { kind } = workload.endpoint;
  switch (kind) {
    case 'generic':
      return connectHttp(workload, { insecure });
    case 'local_openwhisk':
    case 'embedded':
      return connectOpenWhisk(workload, access?.openwhisk ?? (await findOpenWhiskAccess(workload.endpoint)), {
        insecure,
      });
    case 'lambda':
    case 'wsk':
      throw new ConfigError(
        `${workload.source.configPath}: endpoint: "${kind}" is not supported by this version; use "local_openwhisk" or "generic"`,
      );
  }
}
