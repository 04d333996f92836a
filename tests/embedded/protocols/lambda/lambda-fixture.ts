import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { clientOptions } from '../../../../platforms/lambda/client.js';
import { startTestPlatform, type Json, type TestPlatform } from '../../platform-fixture.js';
import { zipOf } from '../../zip.js';

/** The platform with AWS's own clients, which try everything once. */
export interface LambdaPlatform extends TestPlatform {
  client: LambdaClient;
  logs: CloudWatchLogsClient;
  /** creates a function of these files; returns its name */
  create(files: Record<string, string>, more?: Partial<CreateFunctionCommandInput>): Promise<string>;
  call(name: string, event?: unknown): Promise<Called>;
}

export interface Called {
  status: number;
  error: string | undefined;
  payload: Json;
  /** the lines of its log */
  log: string[];
  requestId: string;
}

let functions = 0;

export const ROLE = 'arn:aws:iam::123456789012:role/any';

export async function startLambda(
  config: object = {},
  args: string[] = [],
  stderr: 'inherit' | 'pipe' = 'inherit',
): Promise<LambdaPlatform> {
  const platform = await startTestPlatform(args, config, stderr);
  const {
    endpoint_url: endpointUrl,
    region,
    access_key_id: accessKeyId,
    secret_access_key: secretAccessKey,
  } = platform.lambda;
  const options = {
    ...clientOptions({ region, endpointUrl, insecure: false }, { accessKeyId, secretAccessKey }),
    maxAttempts: 1,
  };
  const client = new LambdaClient(options);
  const logs = new CloudWatchLogsClient(options);
  return {
    ...platform,
    client,
    logs,
    async create(files, more = {}) {
      functions += 1;
      const FunctionName = more.FunctionName ?? `f${functions}`;
      await client.send(
        new CreateFunctionCommand({
          Runtime: 'nodejs20.x',
          Role: ROLE,
          Handler: 'index.handler',
          Code: { ZipFile: archive(files) },
          ...more,
          FunctionName,
        }),
      );
      return FunctionName;
    },
    async call(FunctionName, event = {}) {
      const answer = await client.send(
        new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), LogType: 'Tail' }),
      );
      return {
        status: answer.StatusCode!,
        error: answer.FunctionError,
        payload: JSON.parse(Buffer.from(answer.Payload!).toString('utf8')),
        log: Buffer.from(answer.LogResult!, 'base64')
          .toString('utf8')
          .split('\n')
          .filter((line) => line !== ''),
        requestId: answer.$metadata.requestId!,
      };
    },
    async stop() {
      client.destroy();
      logs.destroy();
      return platform.stop();
    },
  };
}

/** The variables by which AWS's own tools, and ours, find a platform. */
export function lambdaEnvironment({ lambda }: TestPlatform): Record<string, string> & { AWS_ENDPOINT_URL: string } {
  return {
    AWS_ENDPOINT_URL: lambda.endpoint_url,
    AWS_REGION: lambda.region,
    AWS_ACCESS_KEY_ID: lambda.access_key_id,
    AWS_SECRET_ACCESS_KEY: lambda.secret_access_key,
  };
}

export function archive(files: Record<string, string>): Buffer {
  return zipOf(
    Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) })),
    true,
  );
}

/** How a call was refused: `404 ResourceNotFoundException: …` */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata: { httpStatusCode: number } };
    return `${$metadata.httpStatusCode} ${name}: ${message}`;
  }
  throw new Error('it was not refused');
}
