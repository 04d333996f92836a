import { compiledModule } from '../../common/package-root.js';
import type { InstanceSpec, Workload } from '../../workload/model.js';
import type { OpenWhiskAccess } from '../access.js';
import { bodySourceOf } from '../bodies.js';
import type { Platform } from '../platform.js';
import { actionUrlPath, webActionUrlPath } from './action-path.js';
import type { OpenWhiskDescriptor } from './port.js';
import { askBeforeStart } from './preflight.js';
import { settleCertificate } from '../tls.js';

/**
 * OpenWhisk by its REST API.
 * @throws PlatformError if its certificate cannot be verified and nobody allowed that
 */
export async function connectOpenWhisk(
  workload: Workload,
  access: OpenWhiskAccess,
  options: { insecure: boolean },
): Promise<Platform> {
  const { insecure, notice } = await settleCertificate({
    apiHost: access.apiHost,
    kind: workload.endpoint.kind,
    insecure: options.insecure || workload.endpoint.insecure === true,
  });
  const question = { access, insecure };
  let namespace = access.namespace;
  return {
    get endpoint() {
      return { kind: workload.endpoint.kind, url: access.apiHost, namespace, ...(insecure ? { insecure } : {}) };
    },
    async preflight(plan) {
      const asked = await askBeforeStart(question, workload, plan, ({ payload }) => bodySourceOf(payload, '{}'));
      namespace = asked.namespace;
      return [...(notice === null ? [] : [notice]), ...asked.warnings];
    },
    firing: () => ({
      moduleUrl: compiledModule('platforms/openwhisk/port.js').href,
      descriptor: {
        apiHost: access.apiHost,
        auth: access.auth,
        insecure,
        calls: workload.instances.map((instance) => callOf(instance, access, namespace, workload.blocking === true)),
      } satisfies OpenWhiskDescriptor,
    }),
  };
}

function callOf(
  { application, payload }: InstanceSpec,
  access: OpenWhiskAccess,
  resolvedNamespace: string,
  blocking: boolean,
): OpenWhiskDescriptor['calls'][number] {
  if (payload.kind === 'data') {
    const { contentType } = payload;
    return {
      blocking: true,
      web: true,
      path: webActionUrlPath(application, resolvedNamespace),
      contentType,
      body: bodySourceOf(payload, '{}'),
    };
  }
  // With result=true the answer is the bare result: less to read, and the activation's id stands in a header anyway.
  const query = blocking ? 'blocking=true&result=true' : 'blocking=false';
  return {
    blocking,
    web: false,
    path: `${actionUrlPath(application, access.namespace)}?${query}`,
    contentType: 'application/json',
    body: bodySourceOf(payload, '{}'),
  };
}
