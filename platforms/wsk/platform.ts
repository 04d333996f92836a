import { compiledModule } from '../../common/package-root.js';
import type { InstanceSpec, Workload } from '../../workload/model.js';
import type { OpenWhiskAccess } from '../access.js';
import { askBeforeStart } from '../openwhisk/preflight.js';
import { settleCertificate } from '../tls.js';
import type { Platform } from '../platform.js';
import { environmentFor, findWsk } from './binary.js';
import { parametersOf } from './parameters.js';
import type { WskDescriptor } from './port.js';

/**
 * OpenWhisk by its CLI: a `wsk` process for each invocation, as FaaSProfiler did it.
 * @throws ConfigError   there is no `wsk`
 * @throws PlatformError the certificate cannot be verified and nobody allowed that
 */
export async function connectWsk(
  workload: Workload,
  access: OpenWhiskAccess,
  options: { insecure: boolean },
): Promise<Platform> {
  const wsk = await findWsk();
  const { insecure } = await settleCertificate({
    apiHost: access.apiHost,
    kind: 'wsk',
    insecure: options.insecure || workload.endpoint.insecure === true,
  });
  let { namespace } = access;
  return {
    get endpoint() {
      const { apiHost: url } = access;
      return { kind: 'wsk', url, namespace, wsk_version: wsk.version, ...(insecure ? { insecure } : {}) };
    },
    async preflight(plan) {
      const question = { access, insecure };
      const asked = await askBeforeStart(question, workload, plan, ({ payload }) => parametersOf(payload));
      namespace = asked.namespace;
      return asked.warnings;
    },
    firing: () => ({
      moduleUrl: compiledModule('platforms/wsk/port.js').href,
      descriptor: {
        wsk: wsk.path,
        env: environmentFor(access),
        insecure,
        maxProcesses: workload.endpoint.maxProcesses!,
        calls: workload.instances.map(({ application, payload }) => ({
          action: actionName(application, access.namespace),
          blocking: workload.blocking === true,
          parameters: parametersOf(payload),
        })),
      } satisfies WskDescriptor,
    }),
  };
}

/** `wsk` reads no namespace from its environment: one that is not the key's own stands in the name. */
function actionName(application: InstanceSpec['application'], namespace: string): string {
  if (application.startsWith('/') || namespace === '_') return application;
  return `/${namespace}/${application}`;
}
