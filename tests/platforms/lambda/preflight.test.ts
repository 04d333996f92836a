import { afterEach, expect, test, vi } from 'vitest';
import { ConfigError, PlatformError } from '../../../common/errors.js';
import { lambdaClient } from '../../../platforms/lambda/client.js';
import { concurrencyWarnings } from '../../../platforms/lambda/limits.js';
import type { LambdaDescriptor } from '../../../platforms/lambda/port.js';
import { checkFunctions } from '../../../platforms/lambda/preflight.js';
import { connectPlatform } from '../../../platforms/registry.js';
import type { InstanceSpec, PlanSummary, Workload } from '../../../workload/model.js';
import { httpServer } from '../../support/http-servers.js';
import {
  answerError,
  lambdaEndpoint,
  LAMBDA_ENVIRONMENT,
  LAMBDA_KEYS,
  type LambdaAnswer,
} from '../../support/lambda-endpoint.js';
import { selfSigned } from '../../support/self-signed.js';
import { planSummaryOf, workloadOf } from '../../support/workloads.js';

afterEach(() => void vi.unstubAllEnvs());

const REGION = LAMBDA_ENVIRONMENT.AWS_REGION;
const PLAN = planSummaryOf(10);

function client(url: string) {
  return lambdaClient({ region: REGION, endpointUrl: url, insecure: false }, LAMBDA_KEYS);
}

function instancesOf(...applications: string[]): InstanceSpec[] {
  return workloadOf(applications.map((application) => ({ application }))).instances;
}

async function checked(answer: LambdaAnswer, given: { isAws?: boolean; qualifier?: string } = {}, ...names: string[]) {
  const { url, requests } = await lambdaEndpoint(answer);
  const { isAws = true, qualifier } = given;
  const result = await checkFunctions(
    { client: client(url), place: url, isAws, qualifier },
    instancesOf(...(names.length > 0 ? names : ['hello'])),
  ).catch((error: Error) => error);
  return { result, requests };
}

test('AWS is asked by a DryRun of each function with its qualifier, once for all its instances', async () => {
  const answer: LambdaAnswer = (_, response) => void response.writeHead(204).end();
  const { result, requests } = await checked(answer, { qualifier: 'live' }, 'hello', 'other', 'hello');
  expect(result).toEqual([]);
  expect(requests.map(({ url }) => `${url.pathname}${url.search}`)).toEqual([
    '/2015-03-31/functions/hello/invocations?Qualifier=live',
    '/2015-03-31/functions/other/invocations?Qualifier=live',
  ]);
  for (const { headers } of requests) expect(headers['x-amz-invocation-type']).toBe('DryRun');
});

test('an emulator is never sent an invocation: it might execute a DryRun', async () => {
  const { result, requests } = await checked((_, response) => void response.end('{}'), {
    isAws: false,
    qualifier: '3',
  });
  expect(result).toEqual([]);
  expect(requests.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual([
    'GET /2015-03-31/functions/hello/configuration?Qualifier=3',
  ]);
});

test('an emulator that does not know the question is not asked for more; the user is told', async () => {
  const { result } = await checked((_, response) => void response.writeHead(404).end(), { isAws: false });
  expect(result).toEqual([expect.stringMatching(/does not tell whether the function "hello" exists$/)]);
});

test('all functions that do not exist are named at once, each with its instances', async () => {
  const missing: LambdaAnswer = ({ url }, response) => {
    if (url.pathname.includes('/hello/')) response.writeHead(204).end();
    else answerError(response, 404, 'ResourceNotFoundException', { Message: 'Function not found' });
  };
  const { result } = await checked(missing, { qualifier: 'live' }, 'gone', 'hello', 'gone', 'away');
  expect(result).toBeInstanceOf(ConfigError);
  const lines = (result as Error).message.split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(
    /^instances\.instance1\.application, instances\.instance3\.application: the function "gone" with qualifier "live" does not exist on http/,
  );
  expect(lines[1]).toMatch(/^instances\.instance4\.application: the function "away"/);
});

test('a name that Lambda cannot read is the config’s fault', async () => {
  const { result } = await checked((_, response) => answerError(response, 400, 'ValidationException'), {}, 'a/b');
  expect(result).toBeInstanceOf(ConfigError);
  expect((result as Error).message).toMatch(/^instances\.instance1\.application: the function "a\/b" is nothing that/);
});

test.each([
  [403, 'AccessDeniedException', /does not permit these credentials to invoke \(lambda:InvokeFunction\): "hello"$/],
  [403, 'UnrecognizedClientException', /does not accept the access key: check AWS_ACCESS_KEY_ID/],
  [
    403,
    'InvalidSignatureException',
    /does not accept the signature: check AWS_SECRET_ACCESS_KEY, the region, and this machine's clock/,
  ],
  [403, 'ExpiredTokenException', /session token, which has expired/],
  [409, 'ResourceConflictException', /answered ResourceConflictException \(status 409\) when asked for "hello"$/],
])('%i %s is the platform’s refusal, in one line without a word of the answer', async (status, type, message) => {
  const leak = { message: `\n${LAMBDA_KEYS.sessionToken}\n${LAMBDA_KEYS.secretAccessKey}` };
  const { result } = await checked((_, response) => answerError(response, status, type, leak));
  expect(result).toBeInstanceOf(PlatformError);
  expect((result as Error).message).toMatch(message);
  expect((result as Error).message).not.toMatch(/NobodyMaySee|\n/);
});

async function warned(
  concurrency: number | null,
  plan: Partial<PlanSummary>,
  limits: Partial<Workload['limits']> = {},
) {
  const { url } = await lambdaEndpoint((_, response) => {
    if (concurrency === null) answerError(response, 403, 'AccessDeniedException');
    else response.end(JSON.stringify({ AccountLimit: { ConcurrentExecutions: concurrency } }));
  });
  const { limits: usual } = workloadOf([{}], { limits: { ...workloadOf([{}]).limits, timeoutMs: 70_000 } });
  return concurrencyWarnings(client(url), { ...PLAN, ...plan }, { ...usual, ...limits });
}

test('a plan that fits into the account’s concurrency is not warned of, whatever max_in_flight would allow', async () => {
  // At most two minutes' rows can be under way within 70 s: 2 × 500 = 1000.
  expect(await warned(1_000, { planned: 100_000, busiestMinute: 500 }, { maxInFlight: 10_000 })).toEqual([]);
  expect(await warned(1_000, { planned: 1_000, busiestMinute: 1_000 })).toEqual([]);
});

test('a plan that does not fit is warned of in numbers', async () => {
  expect(await warned(10, { planned: 40, busiestMinute: 40 })).toEqual([
    expect.stringMatching(/^up to 40 invocations may be in flight at once, the account may execute 10:/),
  ]);
  // 60000 a minute = 1000 a second; ten a second for each of 50 = 500 are taken.
  expect(await warned(50, { planned: 60_000, busiestMinute: 60_000 }, { maxInFlight: 20 })).toEqual([
    expect.stringMatching(/^1,000 invocations a second planned in the busiest minute, 500 allowed/),
  ]);
});

test('where the account may not be asked, nothing is said', async () => {
  expect(await warned(null, { planned: 60_000, busiestMinute: 60_000 })).toEqual([]);
});

const access = (endpointUrl: string) => ({
  lambda: { endpointUrl, region: REGION, accessKeyId: 'a', secretAccessKey: 'b' },
});

function connected(
  instances: Partial<InstanceSpec>[],
  given: Partial<Workload> = {},
  endpointUrl = 'http://127.0.0.1:1',
) {
  const workload = workloadOf(instances, { endpoint: { kind: 'lambda' }, ...given });
  return connectPlatform(workload, { access: access(endpointUrl), insecure: false });
}

const params = (bytes: number) => ({ payload: { kind: 'params' as const, json: `"${'x'.repeat(bytes - 2)}"` } });

test('a payload over the limit is refused before anything is asked: 6 MB of a call that waits, 1 MB of an Event', async () => {
  // 6 × 2²⁰ = 6291456, 2²⁰ = 1048576
  await connected([params(6_291_456)]);
  await expect(connected([{}, params(6_291_457)])).rejects.toThrow(
    /^instances\.instance2: its payload has 6,291,457 bytes, but Lambda takes 6,291,456 of an invocation of type RequestResponse/,
  );
  await connected([params(1_048_576)], { blocking: false });
  const tooLong = connected([params(1_048_577)], { blocking: false });
  await expect(tooLong).rejects.toThrow(/type Event/);
  await expect(tooLong).rejects.toBeInstanceOf(ConfigError);
});

test('what the manifest says of the endpoint, and what the thread is given', async () => {
  const platform = await connected([{ application: 'hello' }], {
    endpoint: { kind: 'lambda', qualifier: 'live', region: 'eu-west-1', endpointUrl: 'localhost:4566', insecure: true },
    blocking: false,
  });
  expect(platform.endpoint).toEqual({
    kind: 'lambda',
    // Keys in memory are of one platform, and are never sent to another that a config names.
    url: 'http://127.0.0.1:1',
    region: REGION,
    invocation_type: 'Event',
    qualifier: 'live',
    insecure: true,
  });
  const descriptor = platform.firing().descriptor as LambdaDescriptor;
  expect(descriptor).toMatchObject({
    region: REGION,
    waits: false,
    renewed: false,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  expect(descriptor.calls[0]!.request.headers).toMatchObject({ 'x-amz-invocation-type': 'Event' });
});

test('without keys in memory AWS’s own chain is asked; the region comes from the config, AWS_REGION, then AWS_DEFAULT_REGION', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', LAMBDA_KEYS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', LAMBDA_KEYS.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', LAMBDA_KEYS.sessionToken);
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  const connectIn = async (region: object, environment: Record<string, string>) => {
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) vi.stubEnv(name, environment[name]);
    const workload = workloadOf([{ application: 'hello' }], { endpoint: { kind: 'lambda', ...region } });
    return connectPlatform(workload, { insecure: false });
  };
  const all = { AWS_REGION: 'eu-north-1', AWS_DEFAULT_REGION: 'us-west-2' };
  expect((await connectIn({ region: 'eu-west-1' }, all)).endpoint.url).toBe('https://lambda.eu-west-1.amazonaws.com');
  expect((await connectIn({}, all)).endpoint.region).toBe('eu-north-1');
  // As any address without a scheme.
  expect((await connectIn({ endpointUrl: 'localhost:4566' }, all)).endpoint.url).toBe('https://localhost:4566');
  const platform = await connectIn({}, { AWS_DEFAULT_REGION: 'us-west-2' });
  expect(platform.endpoint.region).toBe('us-west-2');
  expect(platform.firing().descriptor).toMatchObject({ renewed: true, credentials: LAMBDA_KEYS });
  await expect(connectIn({}, {})).rejects.toThrow(/^endpoint\.region: which region\?/);
});

test('a certificate that cannot be verified is refused with a hint, and accepted where -i or the config says so', async () => {
  const url = await selfSigned((_, response) => void response.end('{}'));
  const refused = (await connected([{}], {}, url)).preflight(PLAN);
  await expect(refused).rejects.toThrow(/certificate cannot be verified .* allow it with -i$/);
  await expect(refused).rejects.toBeInstanceOf(PlatformError);
  const trusting = await connected([{}], { endpoint: { kind: 'lambda', insecure: true } }, url);
  // The SDK's own requests too: the function and the account were asked for.
  expect(await trusting.preflight(PLAN)).toEqual([]);
});

test('what answers is asked first whether it is there, so that nobody waits for the SDK to give up', async () => {
  const asked: string[] = [];
  const url = await httpServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(200).end('{}');
  });
  const platform = await connected([{ application: 'hello' }], {}, url);
  expect(await platform.preflight(PLAN)).toEqual([]);
  expect(asked).toEqual(['GET /', 'GET /2015-03-31/functions/hello/configuration', 'GET /2016-08-19/account-settings']);
});
