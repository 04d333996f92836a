import { Agent } from 'node:https';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { ConfigError } from '../../common/errors.js';
import type { EndpointConfig } from '../../workload/model.js';
import type { LambdaAccess } from '../access.js';

/** What requests are signed with; in memory only. */
export interface LambdaCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** epoch ms; without it they do not expire */
  expirationMs?: number;
}

/** Where Lambda is asked. */
export interface LambdaPlace {
  region: string;
  /** an emulator, or an endpoint of one's own network; without it the SDK derives it from the region */
  endpointUrl?: string;
  /** accept a certificate that cannot be verified */
  insecure: boolean;
}

/** A client of the SDK for whatever is not an invocation of the test: it tries again, and corrects its clock. */
export function lambdaClient(place: LambdaPlace, credentials?: LambdaCredentials): LambdaClient {
  return new LambdaClient(clientOptions(place, credentials));
}

/** What the SDK's clients of all services are made with. */
export function clientOptions({ region, endpointUrl, insecure }: LambdaPlace, credentials?: LambdaCredentials) {
  quietAboutNode();
  return {
    region,
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    // A copy: the SDK notes in it where it came from.
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
    requestHandler: {
      connectionTimeout: 15_000,
      requestTimeout: 15_000,
      throwOnRequestTimeout: true,
      ...(insecure ? { httpsAgent: new Agent({ rejectUnauthorized: false }) } : {}),
    },
  };
}

/** The release is pinned to one that supports this Node; that later ones will not is nothing a user of ours can change. */
function quietAboutNode(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}

/**
 * Region and address: those in memory, for the keys beside them are valid nowhere else; then the config's, else the SDK's own (AWS_REGION, the profile), else AWS_DEFAULT_REGION,
 * which the command line and boto3 read, and this SDK does not.
 * @throws ConfigError if none of them tells the region
 */
export async function findPlace(
  { region, endpointUrl }: EndpointConfig,
  access: LambdaAccess | undefined,
  insecure: boolean,
): Promise<LambdaPlace> {
  const address = access?.endpointUrl ?? endpointUrl;
  const url = address === undefined || address.includes('://') ? address : `https://${address}`;
  const place = access?.region ?? region ?? (await regionOfSdk()) ?? defaultRegion();
  if (!/^[a-z0-9-]+$/.test(place)) {
    throw new ConfigError(`"${place}" is no region; set AWS_REGION to one such as us-east-1`);
  }
  return {
    region: place,
    ...(url === undefined ? {} : { endpointUrl: url }),
    insecure,
  };
}

async function regionOfSdk(): Promise<string | undefined> {
  quietAboutNode();
  try {
    return await new LambdaClient({}).config.region();
  } catch {
    return undefined;
  }
}

function defaultRegion(): string {
  const region = process.env['AWS_DEFAULT_REGION'];
  if (region !== undefined && region !== '') return region;
  throw new ConfigError(
    'endpoint.region: which region? Write it into the config, or set AWS_REGION (for an emulator any will do, e.g. us-east-1)',
  );
}
