import { createHash } from 'node:crypto';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { bodiesOf, type BodySource } from '../bodies.js';
import { type PreparedRequest, requestsOf } from '../http/request.js';
import { lambdaClient, type LambdaCredentials } from './client.js';
import { invokeUrl, type UnsignedInvoke } from './unsigned-invoke.js';

/** What one instance sends. */
export interface LambdaCall {
  request: UnsignedInvoke;
  body: BodySource;
}

/** Adds to a request the headers that prove its sender. */
export type Signer = (request: UnsignedInvoke, bodySha256: string, epochMs: number) => Promise<Record<string, string>>;

/** The SDK's signer, without the rest of its way from a command to a request. */
export function sdkSigner(region: string, credentials: () => LambdaCredentials): Signer {
  let signedWith: LambdaCredentials | null = null;
  let signer: ReturnType<LambdaClient['config']['signer']>;
  return async ({ protocol, host, path, query, headers }, bodySha256, epochMs) => {
    const current = credentials();
    if (current !== signedWith) {
      signedWith = current;
      signer = lambdaClient({ region, insecure: false }, current).config.signer();
    }
    const unsigned = {
      method: 'POST',
      protocol,
      hostname: host,
      path,
      query,
      // With its hash given, the body itself is not read again.
      headers: { host, ...headers, 'x-amz-content-sha256': bodySha256 },
    };
    return (await (await signer).sign(unsigned, { signingDate: new Date(epochMs) })).headers;
  };
}

/** The requests of rows, signed for the second in which they are asked for. */
export interface SignedRequests {
  /** at once where the same was asked for within this second */
  of(instance: number, input: number): PreparedRequest | Promise<PreparedRequest>;
}

/**
 * A signature holds for a second of the clock, and the same request signed again in that second is the same, byte for byte.
 * So each is signed once a second and used for all rows that send it: at thousands a second signing costs next to nothing,
 * and memory holds the requests of one second.
 *
 * @param clockOffsetMs what the platform's clock is ahead of ours
 */
export function signedRequests(
  calls: readonly LambdaCall[],
  sign: Signer,
  clockOffsetMs: number,
  now: () => number = Date.now,
): SignedRequests {
  const makers = calls.map(signedRequestMaker(sign));
  let second = NaN;
  let made: Map<number, PreparedRequest | Promise<PreparedRequest>>[] = [];
  return {
    of(instance, input) {
      const epochMs = now() + clockOffsetMs;
      const thisSecond = Math.floor(epochMs / 1_000);
      if (thisSecond !== second) {
        second = thisSecond;
        made = calls.map(() => new Map());
      }
      const requests = made[instance]!;
      const known = requests.get(input);
      if (known !== undefined) return known;
      const coming = makers[instance]!(input, epochMs);
      requests.set(input, coming);
      // Those who ask in the meantime wait for the same signature.
      coming.then(
        (request) => requests.set(input, request),
        () => requests.delete(input),
      );
      return coming;
    },
  };
}

function signedRequestMaker(
  sign: Signer,
): (call: LambdaCall) => (input: number, epochMs: number) => Promise<PreparedRequest> {
  return ({ request, body }) => {
    const url = invokeUrl(request);
    const bodyOf = bodiesOf(body);
    const hashOf = bodyHashes(body, bodyOf);
    return async (input, epochMs) => {
      const headers = await sign(request, hashOf(input), epochMs);
      return requestsOf({ url, method: 'POST', headers }, { kind: 'one', bytes: bodyOf(input) })(0);
    };
  };
}

/** Hashes of bodies that come again are made once, before the test: one of 6 MB takes milliseconds. */
function bodyHashes(source: BodySource, bodyOf: (input: number) => Buffer): (input: number) => string {
  if (source.kind === 'duration') return (input) => sha256(bodyOf(input));
  const count = source.kind === 'one' ? 1 : source.bodies.length;
  const hashes = Array.from({ length: count }, (_, input) => sha256(bodyOf(input)));
  return (input) => hashes[input]!;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
