import { PlatformError } from '../../common/errors.js';
import { compiledModule } from '../../common/package-root.js';
import type { InstanceSpec, Workload } from '../../workload/model.js';
import { bodySourceOf } from '../bodies.js';
import type { Platform } from '../platform.js';
import { settleCertificate } from '../tls.js';
import { faultOf } from './faults.js';
import { expandHeaders } from './headers.js';
import { publicUrl } from './one-request.js';
import type { HttpDescriptor } from './port.js';
import { socketOpener } from './sockets.js';

/** Any HTTP endpoint: each instance names its own URL. */
export function connectHttp(workload: Workload, options: { insecure: boolean }): Platform {
  const targets = workload.instances.map(({ http }) => http!);
  const origins = [...new Set(targets.map(({ url }) => new URL(url).origin))];
  const insecure = options.insecure || workload.endpoint.insecure === true;
  return {
    endpoint: { kind: 'generic', url: origins.join(', '), ...(insecure ? { insecure } : {}) },
    async preflight() {
      for (const { headers } of targets) expandHeaders(headers);
      await Promise.all(origins.map((origin) => reach(origin, insecure)));
      return [];
    },
    firing: () => ({
      moduleUrl: compiledModule('platforms/http/port.js').href,
      descriptor: { targets: workload.instances.map(plainTarget), insecure } satisfies HttpDescriptor,
    }),
  };
}

function plainTarget({ http, payload }: InstanceSpec): HttpDescriptor['targets'][number] {
  const { url, method, headers } = http!;
  return { url, method, headers, body: payload.kind === 'none' ? null : bodySourceOf(payload, '') };
}

/**
 * Opens a connection, with its handshake, and closes it again: a request would already be an invocation.
 * @throws PlatformError if there is no connection, or its certificate does not verify
 */
async function reach(origin: string, insecure: boolean): Promise<void> {
  // Whether its certificate verifies is settled below, in words that name the way out.
  const open = socketOpener({ origin, insecure: true, timeoutMs: CONNECT_LIMIT_MS });
  await new Promise<void>((reached, failed) => {
    open((error, opened) => {
      opened?.socket.destroy();
      if (error === null) return reached();
      // Of several addresses Node says nothing in words.
      const reason = REASONS[faultOf(error)] ?? (error.message || faultOf(error));
      failed(new PlatformError(`${publicUrl(origin)} cannot be reached: ${reason}`));
    });
  });
  await settleCertificate({ apiHost: origin, kind: 'generic', insecure });
}

const CONNECT_LIMIT_MS = 15_000;

const REASONS: Record<string, string> = {
  refused: 'nothing listens there',
  dns: 'the host name is not known',
  tls: 'the TLS handshake failed',
  timeout: 'no connection within 15 s',
};
