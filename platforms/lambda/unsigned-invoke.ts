import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ConfigError } from '../../common/errors.js';

/** Which function is invoked, and how. */
export interface InvokeCall {
  /** a name, `name:qualifier`, or an ARN */
  functionName: string;
  qualifier?: string;
  /** RequestResponse, else Event */
  waits: boolean;
}

/** All of a request but its body and what proves its sender: the same for every invocation of an instance. Plain data. */
export interface UnsignedInvoke {
  protocol: string;
  /** with the port, where that is not the protocol's own */
  host: string;
  /** encoded */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
}

/**
 * Of the SDK's headers these go with an invocation. Left out: what says how often it was tried (it is tried once), and the
 * length, which depends on the body.
 */
const KEPT_HEADERS = ['content-type', 'x-amz-invocation-type', 'x-amz-log-type', 'user-agent'];

/**
 * Has the SDK build an Invoke request and takes it from there before it is signed or sent. So endpoint, path and headers are
 * the SDK's own (FIPS, dual stack, other partitions, ARNs), and an invocation does not pay for building them anew: the whole
 * way through the client costs ten times the CPU of a signature.
 */
export async function unsignedInvoke(
  client: LambdaClient,
  { functionName, qualifier, waits }: InvokeCall,
): Promise<UnsignedInvoke> {
  const command = new InvokeCommand({
    FunctionName: functionName,
    ...(qualifier === undefined ? {} : { Qualifier: qualifier }),
    InvocationType: waits ? 'RequestResponse' : 'Event',
    // Without a caller that waits there is nobody to tell.
    ...(waits ? { LogType: 'Tail' as const } : {}),
    Payload: new Uint8Array(),
  });
  let built: unknown;
  command.middlewareStack.add(
    () => (args) => {
      built = args.request;
      return Promise.resolve({ response: undefined, output: { $metadata: {} } });
    },
    { step: 'finalizeRequest', priority: 'high', name: 'takeUnsigned' },
  );
  await client.send(command);
  return plainRequest(built as BuiltRequest);
}

/** What the SDK calls an HttpRequest. */
interface BuiltRequest {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query: Record<string, string | string[] | null>;
  headers: Record<string, string>;
}

function plainRequest({ protocol, hostname, port, path, query, headers }: BuiltRequest): UnsignedInvoke {
  const kept = KEPT_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]));
  return {
    protocol,
    host: port === undefined ? hostname : `${hostname}:${port}`,
    path,
    query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
    headers: Object.fromEntries(kept) as Record<string, string>,
  };
}

/**
 * Where an invocation goes.
 * @throws ConfigError for a name that a URL understands as something else, such as `..`
 */
export function invokeUrl({ protocol, host, path, query }: UnsignedInvoke): URL {
  const search = new URLSearchParams(query).toString();
  const url = new URL(`${protocol}//${host}${path}${search === '' ? '' : `?${search}`}`);
  if (url.pathname !== path) throw new ConfigError(`no function can be named so that its path is ${path}`);
  return url;
}
