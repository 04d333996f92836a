import { dirname } from 'node:path';
import type { AccessKey } from '../aws/authorize.js';
import type { FunctionEntity } from './entity.js';
import { invalidParameter, LATEST } from './names.js';

const LIMIT_BYTES = 4096;

/** Variables that Lambda sets itself. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const RESERVED = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_SECURITY_TOKEN',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

/** The variables of a function as its creator gave them. @throws AwsFault 400 */
export function checkEnvironment(asked: unknown, before: Record<string, string> = {}): Record<string, string> {
  if (asked === undefined || asked === null) return before;
  const variables = Object.entries((asked as { Variables?: object | null }).Variables ?? {});
  const reserved = variables.map(([name]) => name).filter((name) => RESERVED.has(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      'Lambda was unable to configure your environment variables because the environment variables you have provided contains ' +
        `reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const wrong = variables.find(([name, value]) => !/^[a-zA-Z]\w+$/.test(name) || typeof value !== 'string');
  if (wrong !== undefined) {
    throw invalidParameter(
      `1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+], got "${wrong[0]}"`,
    );
  }
  const measured = JSON.stringify(Object.fromEntries(variables));
  if (Buffer.byteLength(measured) > LIMIT_BYTES) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${measured}`,
    );
  }
  return Object.fromEntries(variables) as Record<string, string>;
}

/**
 * What every execution of a function finds in its environment besides its own variables. The access key is that of the
 * platform, as a role's would be, and with the two addresses a function can invoke others and read logs; no other service is
 * named, and no variable of this process reaches it.
 */
export function executionEnvironment(
  { name, runtime, memoryMb, logging }: FunctionEntity,
  { accessKeyId, secretAccessKey, region }: AccessKey,
  endpointUrl: string,
  runtimeProgram: readonly string[],
): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: LATEST,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logging.group,
    ...(logging.format === 'JSON'
      ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: logging.applicationLevel! }
      : {}),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL_LAMBDA: endpointUrl,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpointUrl,
    LAMBDA_RUNTIME_DIR: dirname(runtimeProgram[0] ?? '.'),
  };
}
