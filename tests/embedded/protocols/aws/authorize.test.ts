import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authorizer, type SignedRequest } from '../../../../embedded/protocols/aws/authorize.js';
import {
  canonicalRequest,
  sha256,
  signatureOf,
  signingKey,
} from '../../../../embedded/protocols/aws/canonical-request.js';
import { AwsFault } from '../../../../embedded/protocols/aws/fault.js';

// AWS's published suite for Signature Version 4, as awslabs/aws-c-auth keeps it (tests/aws-signing-test-suite/v4): key,
// time, scope, requests and signatures are theirs. Its header folded over several lines is left out: Node refuses those.
const KEY = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
};
const AT = '20150830T123600Z';
const AT_MS = Date.UTC(2015, 7, 30, 12, 36);

interface Vector {
  target: string;
  method?: string;
  headers?: string[];
  signed?: string;
  body?: string;
  signature: string;
}

const SUITE: Record<string, Vector> = {
  'get-header-key-duplicate': {
    target: '/',
    headers: ['My-Header1', 'value2', 'My-Header1', 'value2', 'My-Header1', 'value1'],
    signed: 'host;my-header1;x-amz-date',
    signature: 'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  },
  'get-header-value-order': {
    target: '/',
    headers: ['My-Header1', 'value4', 'My-Header1', 'value1', 'My-Header1', 'value3', 'My-Header1', 'value2'],
    signed: 'host;my-header1;x-amz-date',
    signature: '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
  },
  'get-header-value-trim': {
    target: '/',
    headers: ['My-Header1', ' value1', 'My-Header2', ' "a   b   c"'],
    signed: 'host;my-header1;my-header2;x-amz-date',
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  'get-relative-relative-normalized': {
    target: '/example1/example2/../..',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  'get-slash-dot-slash-normalized': {
    target: '/./',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  'get-slashes-normalized': {
    target: '//example//',
    signature: '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84',
  },
  'get-space-normalized': {
    target: '/example space/',
    signature: '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741',
  },
  'get-unreserved': {
    target: '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    signature: '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  },
  'get-utf8': { target: '/ሴ', signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85' },
  'get-vanilla-empty-query-key': {
    target: '/?Param1=value1',
    signature: 'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
  },
  'get-vanilla-query-order-encoded': {
    target: '/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1',
    signature: '371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac',
  },
  'get-vanilla-query-order-key-case': {
    target: '/?Param2=value2&Param1=value1',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  'get-vanilla-utf8-query': {
    target: '/?ሴ=bar',
    signature: '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  },
  'post-vanilla': {
    method: 'POST',
    target: '/',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  'post-x-www-form-urlencoded': {
    method: 'POST',
    target: '/',
    headers: [
      'Content-Type',
      'application/x-www-form-urlencoded',
      'Content-Length',
      '13',
      'x-amz-content-sha256',
      '9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e',
    ],
    signed: 'content-length;content-type;host;x-amz-content-sha256;x-amz-date',
    body: 'Param1=value1',
    signature: 'd3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b',
  },
};

function requestOf({
  method = 'GET',
  target,
  headers = [],
  signed = 'host;x-amz-date',
  body = '',
  signature,
}: Vector): SignedRequest {
  const credential = `${KEY.accessKeyId}/20150830/us-east-1/service/aws4_request`;
  return {
    method,
    target,
    rawHeaders: ['Host', 'example.amazonaws.com', ...headers, 'X-Amz-Date', AT],
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${signature}`,
      'x-amz-date': AT,
    },
    body: Buffer.from(body),
  };
}

const vanilla = requestOf(SUITE['post-vanilla']!);
const check = (request: SignedRequest, nowMs = AT_MS): string => {
  try {
    authorizer(KEY, 'service', 403, () => nowMs)(request);
    return 'passed';
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    return `${error.status} ${error.type}: ${error.message}`;
  }
};
const withHeader = (authorization: string | undefined): SignedRequest => ({
  ...vanilla,
  headers: { ...vanilla.headers, authorization },
});

describe.each(Object.entries(SUITE))('%s of AWS’s test suite', (_, vector) => {
  test('passes with its signature, and with no other', () => {
    expect(check(requestOf(vector))).toBe('passed');
    const last = vector.signature.endsWith('0') ? '1' : '0';
    expect(check(requestOf({ ...vector, signature: vector.signature.slice(0, -1) + last }))).toMatch(
      /^403 InvalidSignatureException: The request signature we calculated/,
    );
  });
});

test('five minutes around its time a signature holds, and no millisecond longer', () => {
  const five = 5 * 60_000;
  expect([-five, five].map((ms) => check(vanilla, AT_MS + ms))).toEqual(['passed', 'passed']);
  expect(check(vanilla, AT_MS + five + 1)).toBe(
    '403 InvalidSignatureException: Signature expired: 20150830T123600Z is now earlier than 20150830T123600Z (20150830T124100Z - 5 min.)',
  );
  expect(check(vanilla, AT_MS - five - 1000)).toBe(
    '403 InvalidSignatureException: Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)',
  );
});

test('what a signature does not fit is refused in AWS’s words', () => {
  const { authorization } = vanilla.headers;
  const replaced = (a: string, b: string): SignedRequest => withHeader(authorization!.replace(a, b));
  expect(check(withHeader(undefined))).toBe('403 MissingAuthenticationTokenException: Missing Authentication Token');
  expect(check(replaced('AKIDEXAMPLE', 'AKIDEXAMPLF'))).toBe(
    '403 UnrecognizedClientException: The security token included in the request is invalid.',
  );
  expect(check(replaced('/service/', '/s3/'))).toMatch(/Credential should be scoped to correct service: 'service'\.$/);
  expect(check(replaced('us-east-1', 'eu-west-1'))).toMatch(/Credential should be scoped to a valid region/);
  expect(check(replaced('/20150830/', '/20150831/'))).toMatch(/Date in Credential scope does not match YYYYMMDD/);
  expect(check(replaced('aws4_request', 'aws5_request'))).toMatch(/valid terminator: 'aws4_request'\.$/);
  expect(check(replaced('SignedHeaders=host;', 'SignedHeaders='))).toMatch(/'Host' must be a 'SignedHeader'/);
  expect(check(replaced(', SignedHeaders=host;x-amz-date', ''))).toMatch(
    /^403 IncompleteSignatureException: Authorization header requires 'SignedHeaders' parameter\./,
  );
  expect(check(withHeader('Basic dXNlcjpwYXNzd29yZA=='))).not.toContain('dXNlcjpwYXNzd29yZA');
  expect(check({ ...vanilla, body: Buffer.from('{}') })).toMatch(/The request signature we calculated/);
});

test('a session token beside a permanent key is refused', () => {
  const signed = 'host;x-amz-date;x-amz-security-token';
  const request = requestOf({ ...SUITE['post-vanilla']!, signed });
  const withToken: SignedRequest = {
    ...request,
    rawHeaders: [...request.rawHeaders, 'X-Amz-Security-Token', 'token'],
    headers: { ...request.headers, 'x-amz-security-token': 'token' },
  };
  expect(check(withToken)).toBe(
    '403 UnrecognizedClientException: The security token included in the request is invalid.',
  );
});

test('a header X-Amz-… that is not among the signed ones is refused by its name, any other passes', () => {
  const added = (...headers: string[]): string =>
    check({ ...vanilla, rawHeaders: [...vanilla.rawHeaders, ...headers] });
  expect(added('X-Amz-Invocation-Type', 'Event')).toBe(
    "403 InvalidSignatureException: 'x-amz-invocation-type' must be a 'SignedHeader' in the AWS Authorization.",
  );
  expect(added('X-Amzn-Trace-Id', 'Root=1', 'X-AmzOther', '1', 'User-Agent', 'x')).toBe('passed');
});

test('whatever a client signs passes, and nothing that was changed on its way', () => {
  const segment = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text !== '.' && text !== '..');
  const pair = fc.tuple(segment, fc.string({ maxLength: 8 }));
  fc.assert(
    fc.property(
      fc.array(segment, { maxLength: 4 }),
      fc.array(pair, { maxLength: 4 }),
      fc.string(),
      (path, query, body) => {
        const target = `/${path.map(encodeURIComponent).join('/')}?${query.map((one) => one.map(encodeURIComponent).join('=')).join('&')}`;
        const unsigned = { method: 'POST', target, rawHeaders: ['host', 'a', 'x-amz-date', AT] };
        const canonical = canonicalRequest({ ...unsigned, bodySha256: sha256(body) }, ['host', 'x-amz-date']);
        const scope = { date: '20150830', region: 'us-east-1', service: 'service' };
        const signature = signatureOf(canonical, AT, scope, signingKey(KEY.secretAccessKey, scope));
        const { headers } = requestOf({ target, signature });
        const signed = { ...unsigned, headers, body: Buffer.from(body) };
        expect(check(signed)).toBe('passed');
        // The order of a query is the sender's business, its content is not.
        expect(check({ ...signed, target: `/${target.slice(1)}&added=1` })).not.toBe('passed');
        expect(check({ ...signed, body: Buffer.from(`${body}x`) })).not.toBe('passed');
      },
    ),
  );
});
