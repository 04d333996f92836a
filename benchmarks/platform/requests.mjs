import {
  canonicalRequest,
  sha256,
  signatureOf,
  signingKey,
} from '../../dist/embedded/protocols/aws/canonical-request.js';

/** A request to OpenWhisk's face, as the bytes of it. */
export function openwhiskRequest({ api_host: apiHost, auth }, path, body) {
  return bytesOf('POST', `/api/v1/namespaces/_/${path}`, body, {
    Host: new URL(apiHost).host,
    Authorization: `Basic ${Buffer.from(auth).toString('base64')}`,
    'Content-Type': 'application/json',
  });
}

/**
 * A request to Lambda's face, signed (Signature Version 4). The platform checks every signature anew; the caller signs once, since
 * what it would take for signing is no part of the platform.
 */
export function lambdaRequest(lambda, method, target, body) {
  const { endpoint_url: url, region, access_key_id: id, secret_access_key: secret } = lambda;
  const dateTime = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const scope = { date: dateTime.slice(0, 8), region, service: 'lambda' };
  const headers = { Host: new URL(url).host, 'X-Amz-Date': dateTime, 'Content-Type': 'application/json' };
  const signed = Object.keys(headers)
    .map((name) => name.toLowerCase())
    .toSorted();
  const canonical = canonicalRequest(
    { method, target, rawHeaders: Object.entries(headers).flat(), bodySha256: sha256(body) },
    signed,
  );
  const signature = signatureOf(canonical, dateTime, scope, signingKey(secret, scope));
  const credential = `${id}/${scope.date}/${region}/lambda/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed.join(';')}, Signature=${signature}`;
  return bytesOf(method, target, body, { ...headers, Authorization: authorization });
}

function bytesOf(method, target, body, headers) {
  const all = { ...headers, 'Content-Length': Buffer.byteLength(body) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
