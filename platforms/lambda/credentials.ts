import { ConfigError } from '../../common/errors.js';
import { lambdaClient, type LambdaCredentials } from './client.js';

/**
 * What AWS's own chain finds: environment, profile, single sign-on, `credential_process`, web identity, container, instance.
 * @throws ConfigError if that is nothing; what the chain itself says is left out, for it may repeat a command line
 */
export async function findCredentials(region: string): Promise<LambdaCredentials> {
  try {
    return await chain(region)();
  } catch (error) {
    throw new ConfigError(
      'no usable AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (after aws sso login where it ' +
        'needs that); aws sts get-caller-identity tells what is wrong',
      { cause: error },
    );
  }
}

/** The chain as a function: the SDK looks once, and again when what it found is about to expire. */
export function chain(region: string): () => Promise<LambdaCredentials> {
  const { config } = lambdaClient({ region, insecure: false });
  return async () => {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await config.credentials();
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      ...(expiration === undefined ? {} : { expirationMs: expiration.getTime() }),
    };
  };
}

/** How long before their end credentials are looked for anew: as the SDK does. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** The SDK gives the old ones once more while it finds fresh ones: five minutes have room for many looks. */
const LOOK_EVERY_MS = 20_000;

/** Credentials that are renewed beside the sending: no row waits for them. */
export interface HeldCredentials {
  readonly current: LambdaCredentials;
  close(): void;
}

/**
 * @param first those with which the test begins
 * @param find  looks for fresh ones; where it fails, the old ones are used to their end and it is asked again
 */
export function holdCredentials(
  first: LambdaCredentials,
  find: () => Promise<LambdaCredentials>,
  lookEveryMs = LOOK_EVERY_MS,
): HeldCredentials {
  let current = first;
  let looking = false;
  async function renew(): Promise<void> {
    looking = true;
    try {
      current = await find();
    } catch {
      // Once they have expired the platform refuses them, and the rows say so.
    }
    looking = false;
  }
  const look = setInterval(() => {
    const { expirationMs = Infinity } = current;
    if (!looking && expirationMs - Date.now() < RENEW_BEFORE_MS) void renew();
  }, lookEveryMs);
  look.unref();
  return {
    get current() {
      return current;
    },
    close: () => clearInterval(look),
  };
}
