import { compiledModule } from '../../common/package-root.js';
import type { Workload } from '../../workload/model.js';
import type { LambdaAccess } from '../access.js';
import { bodySourceOf } from '../bodies.js';
import { oneRequest } from '../http/one-request.js';
import { settleCertificate } from '../tls.js';
import type { Platform } from '../platform.js';
import { findPlace, lambdaClient } from './client.js';
import { findCredentials } from './credentials.js';
import { isAws } from './hosts.js';
import { checkPayloads, concurrencyWarnings } from './limits.js';
import type { LambdaDescriptor } from './port.js';
import { checkFunctions } from './preflight.js';
import { invokeUrl, unsignedInvoke } from './unsigned-invoke.js';

/**
 * AWS Lambda, or an emulator of it.
 * @param access keys in memory; without them AWS's own chain is asked
 * @throws ConfigError no region, no credentials, a payload over Lambda's limit
 */
export async function connectLambda(
  { endpoint, instances, blocking, limits }: Workload,
  access: LambdaAccess | undefined,
  options: { insecure: boolean },
): Promise<Platform> {
  const waits = blocking !== false;
  const invocationType = waits ? 'RequestResponse' : 'Event';
  checkPayloads(instances, invocationType);
  const insecure = options.insecure || endpoint.insecure === true;
  const place = await findPlace(endpoint, access, insecure);
  const credentials = access ?? (await findCredentials(place.region));
  const client = lambdaClient(place, credentials);
  const { qualifier } = endpoint;
  const calls = await Promise.all(
    instances.map(async ({ application, payload }) => {
      const call = { functionName: application, waits, ...(qualifier === undefined ? {} : { qualifier }) };
      return { request: await unsignedInvoke(client, call), body: bodySourceOf(payload, '{}') };
    }),
  );
  const [{ origin, hostname }] = calls.map(({ request }) => invokeUrl(request)) as [URL];
  return {
    endpoint: {
      kind: 'lambda',
      url: origin,
      region: place.region,
      invocation_type: invocationType,
      ...(qualifier === undefined ? {} : { qualifier }),
      ...(insecure ? { insecure } : {}),
    },
    async preflight(plan) {
      // Both say what is wrong at once and in our words; the SDK would try again first.
      await settleCertificate({ apiHost: origin, kind: 'lambda', insecure });
      await oneRequest({ url: origin, insecure });
      const warnings = await checkFunctions({ client, place: origin, isAws: isAws(hostname), qualifier }, instances);
      return waits ? [...warnings, ...(await concurrencyWarnings(client, plan, limits))] : warnings;
    },
    firing: () => ({
      moduleUrl: compiledModule('platforms/lambda/port.js').href,
      descriptor: {
        region: place.region,
        insecure,
        credentials: {
          accessKeyId: credentials.accessKeyId,
          secretAccessKey: credentials.secretAccessKey,
          ...('sessionToken' in credentials ? { sessionToken: credentials.sessionToken } : {}),
          ...('expirationMs' in credentials ? { expirationMs: credentials.expirationMs } : {}),
        },
        renewed: access === undefined,
        clockOffsetMs: client.config.systemClockOffset,
        waits,
        calls,
      } satisfies LambdaDescriptor,
    }),
  };
}
