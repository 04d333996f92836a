import { expect, test, vi } from 'vitest';
import type { LambdaCredentials } from '../../../platforms/lambda/client.js';
import { lambdaClient } from '../../../platforms/lambda/client.js';
import { holdCredentials } from '../../../platforms/lambda/credentials.js';
import { sdkSigner, signedRequests, type LambdaCall, type Signer } from '../../../platforms/lambda/signed-requests.js';
import { invokeUrl, unsignedInvoke } from '../../../platforms/lambda/unsigned-invoke.js';

const KEYS: LambdaCredentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
/** 2015-08-30 12:36:00 UTC */
const NOON = Date.UTC(2015, 7, 30, 12, 36, 0);

async function callsOf(functionName = 'hello', region = 'us-east-1'): Promise<LambdaCall[]> {
  const request = await unsignedInvoke(lambdaClient({ region, insecure: false }, KEYS), { functionName, waits: true });
  const bodies = [Buffer.from('{"a":1}'), Buffer.from('{"b":2}')];
  return [{ request, body: { kind: 'list', bodies } }];
}

/** A signer that counts, and signs with the count. */
function countingSigner() {
  const signed: { sha256: string; epochMs: number }[] = [];
  const sign: Signer = (_, sha256, epochMs) => {
    signed.push({ sha256, epochMs });
    return Promise.resolve({ host: 'h', authorization: `signature ${signed.length}` });
  };
  return { signed, sign };
}

const textOf = async (request: ReturnType<ReturnType<typeof signedRequests>['of']>) => (await request).bytes.toString();

test('within a second the same request is signed once; the next second it is signed anew', async () => {
  const { signed, sign } = countingSigner();
  let now = NOON;
  const requests = signedRequests(await callsOf(), sign, 0, () => now);
  const first = await requests.of(0, 0);
  now = NOON + 999;
  // At once, and the very same bytes.
  expect(requests.of(0, 0)).toBe(first);
  expect(signed).toHaveLength(1);
  now = NOON + 1_000;
  expect(await textOf(requests.of(0, 0))).toContain('signature 2');
  expect(signed.map(({ epochMs }) => epochMs)).toEqual([NOON, NOON + 1_000]);
});

test('those who ask while it is being signed wait for the same signature; other bodies have their own', async () => {
  const { signed, sign } = countingSigner();
  const requests = signedRequests(await callsOf(), sign, 0, () => NOON);
  const texts = await Promise.all([0, 0, 1, 0, 1].map((input) => textOf(requests.of(0, input))));
  expect(signed).toHaveLength(2);
  expect(texts.map((text) => /signature (\d)/.exec(text)![1])).toEqual(['1', '1', '2', '1', '2']);
  expect(texts.map((text) => text.split('\r\n\r\n')[1])).toEqual([
    '{"a":1}',
    '{"a":1}',
    '{"b":2}',
    '{"a":1}',
    '{"b":2}',
  ]);
});

test('a signature that failed is not kept: the next row tries again', async () => {
  const { sign } = countingSigner();
  let fails = true;
  const failing: Signer = (...given) => (fails ? Promise.reject(new Error('no')) : sign(...given));
  const requests = signedRequests(await callsOf(), failing, 0, () => NOON);
  await expect(requests.of(0, 0)).rejects.toThrow('no');
  fails = false;
  expect(await textOf(requests.of(0, 0))).toContain('signature 1');
});

test('requests are dated by the platform’s clock where ours differs', async () => {
  const { signed, sign } = countingSigner();
  const requests = signedRequests(await callsOf(), sign, -3_600_000, () => NOON);
  await requests.of(0, 0);
  expect(signed[0]!.epochMs).toBe(NOON - 3_600_000);
});

test('a request of fixed keys at a fixed time is signed for ever the same', async () => {
  const [{ request }] = (await callsOf()) as [LambdaCall];
  // The SDK's version and the system stand in it, and it is not signed.
  const { 'user-agent': _, ...headers } = request.headers;
  const sign = sdkSigner('us-east-1', () => KEYS);
  const sha256 = '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862';
  expect(await sign({ ...request, headers }, sha256, NOON)).toMatchInlineSnapshot(`
    {
      "authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/lambda/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-invocation-type;x-amz-log-type, Signature=ad8677b4faef0db68fbf2e54eef4c87c27c713fb5b7a46c85756090f72933911",
      "content-type": "application/octet-stream",
      "host": "lambda.us-east-1.amazonaws.com",
      "x-amz-content-sha256": "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
      "x-amz-date": "20150830T123600Z",
      "x-amz-invocation-type": "RequestResponse",
      "x-amz-log-type": "Tail",
    }
  `);
});

test('credentials that are renewed sign from then on, and the session token goes along', async () => {
  const [{ request }] = (await callsOf()) as [LambdaCall];
  let current: LambdaCredentials = KEYS;
  const sign = sdkSigner('us-east-1', () => current);
  expect((await sign(request, '', NOON))['authorization']).toContain(
    'Credential=AKIDEXAMPLE/20150830/us-east-1/lambda/',
  );
  current = { accessKeyId: 'ASIANEW', secretAccessKey: 's', sessionToken: 'token' };
  const headers = await sign(request, '', NOON);
  expect(headers['authorization']).toContain('Credential=ASIANEW/');
  expect(headers['x-amz-security-token']).toBe('token');
});

test('the address of a function is the SDK’s: by region, partition, environment, FIPS and name', async () => {
  const urlIn = async (region: string, name = 'hello') => invokeUrl((await callsOf(name, region))[0]!.request).href;
  expect(await urlIn('eu-west-1')).toBe(
    'https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/hello/invocations',
  );
  expect(await urlIn('cn-north-1')).toMatch(/^https:\/\/lambda\.cn-north-1\.amazonaws\.com\.cn\//);
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', 'http://127.0.0.1:4566/lambda');
  expect(await urlIn('eu-west-1')).toBe('http://127.0.0.1:4566/lambda/2015-03-31/functions/hello/invocations');
  vi.unstubAllEnvs();
  vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
  expect(await urlIn('us-east-1')).toMatch(/^https:\/\/lambda-fips\.us-east-1\./);
  vi.unstubAllEnvs();
  await expect(urlIn('us-east-1', '..')).rejects.toThrow(/no function can be named/);
});

test('credentials about to expire are looked for beside the sending; the old ones serve until then, and after a failure', async () => {
  vi.useFakeTimers({ now: NOON });
  try {
    const answers = [
      () => Promise.reject(new Error('no network')),
      () => Promise.resolve({ ...KEYS, accessKeyId: 'second', expirationMs: NOON + 7_200_000 }),
    ];
    let asked = 0;
    const first = { ...KEYS, accessKeyId: 'first', expirationMs: NOON + 3_600_000 };
    const held = holdCredentials(first, () => answers[asked++]!(), 20_000);
    // Five minutes before their end, as the SDK does: not at 3300 s to the end, but with the look after it.
    await vi.advanceTimersByTimeAsync(3_300_000);
    expect([asked, held.current.accessKeyId]).toEqual([0, 'first']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect([asked, held.current.accessKeyId]).toEqual([1, 'first']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect([asked, held.current.accessKeyId]).toEqual([2, 'second']);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked).toBe(2);
    held.close();
  } finally {
    vi.useRealTimers();
  }
});

test('credentials without an end are never looked for again', async () => {
  vi.useFakeTimers({ now: NOON });
  try {
    const held = holdCredentials(KEYS, () => Promise.reject(new Error('asked')), 20_000);
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(held.current).toBe(KEYS);
    expect(vi.getTimerCount()).toBe(1);
    held.close();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
