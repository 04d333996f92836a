import { ConfigError } from '../../common/errors.js';
import { findPlace } from '../../platforms/lambda/client.js';
import { findCredentials } from '../../platforms/lambda/credentials.js';
import { endpointIn } from '../../platforms/lambda/service-endpoint.js';
import { insecureAsked } from '../../platforms/tls.js';
import type { LambdaTarget } from './lambda.js';

export interface LambdaQuestion {
  endpointUrl: string | undefined;
  role: string | undefined;
  insecure: boolean;
}

/**
 * The Lambda that flags and environment name: `--endpoint-url`, AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL, else the Region's.
 * @throws ConfigError no Region, no credentials, a role that is no ARN
 */
export async function findLambdaTarget({ endpointUrl, role, insecure }: LambdaQuestion): Promise<LambdaTarget> {
  const arn = role ?? (process.env['FAASLAB_LAMBDA_ROLE'] || null);
  if (arn !== null && !/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(arn)) {
    throw new ConfigError(`"${arn}" is no role; it has the form arn:aws:iam::123456789012:role/NAME`);
  }
  const url = endpointUrl ?? endpointIn('AWS_ENDPOINT_URL_LAMBDA');
  const endpoint = { kind: 'lambda', ...(url === undefined ? {} : { endpointUrl: url }) } as const;
  const place = await findPlace(endpoint, undefined, insecureAsked(insecure)).catch((error: unknown) => {
    // What it says is about a config, which there is none here.
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError('which Region? Set AWS_REGION (for an emulator any will do, e.g. us-east-1)');
  });
  // Asked for now, so that their absence is said in our words and before anything is done.
  await findCredentials(place.region);
  return { kind: 'lambda', place, role: arn };
}
