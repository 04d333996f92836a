import type { Manifest } from '../../records/manifest.js';
import type { PlatformAccess } from '../access.js';
import { insecureAsked } from '../tls.js';
import { findPlace, type LambdaCredentials, type LambdaPlace } from './client.js';
import { findCredentials } from './credentials.js';
import { endpointIn, ranOnAws } from './service-endpoint.js';

export interface ServiceOptions {
  /** keys in memory */
  access?: PlatformAccess | undefined;
  insecure: boolean;
}

/**
 * Where another service of the same Region is, and what requests to it are signed with: undefined means AWS's own chain.
 * The other services of an emulator are asked where it is itself: never AWS, where its keys mean nothing.
 */
export async function accessTo(
  variable: string,
  manifest: Manifest,
  { access, insecure }: ServiceOptions,
): Promise<{ place: LambdaPlace; credentials: LambdaCredentials | undefined }> {
  const given = access?.lambda;
  // Keys in memory are of one platform, whatever the environment names.
  if (given !== undefined) {
    const { endpointUrl, region } = given;
    return { place: { region, endpointUrl, insecure: insecureAsked(insecure) }, credentials: given };
  }
  const { region, url } = manifest.endpoint;
  const endpointUrl = endpointIn(variable) ?? (ranOnAws(manifest) ? undefined : url);
  const place = await findPlace(
    {
      kind: 'lambda',
      ...(region === undefined ? {} : { region }),
      ...(endpointUrl === undefined ? {} : { endpointUrl }),
    },
    undefined,
    insecureAsked(insecure) || manifest.endpoint.insecure === true,
  );
  // Asked for now, so that their absence is said in our words and before anything is read.
  await findCredentials(place.region);
  return { place, credentials: undefined };
}
