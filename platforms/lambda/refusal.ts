const KEY =
  'does not accept the access key: check AWS_ACCESS_KEY_ID or AWS_PROFILE, the region, and that no AWS_SESSION_TOKEN is left over';
const SIGNATURE = "does not accept the signature: check AWS_SECRET_ACCESS_KEY, the region, and this machine's clock";
const EXPIRED = 'does not accept the session token, which has expired: get fresh credentials (aws sso login)';

/** Why credentials are not accepted, by the names of AWS's errors. */
const HINTS: Record<string, string> = {
  UnrecognizedClientException: KEY,
  InvalidClientTokenId: KEY,
  InvalidSignatureException: SIGNATURE,
  SignatureDoesNotMatch: SIGNATURE,
  ExpiredTokenException: EXPIRED,
  ExpiredToken: EXPIRED,
};

/** An error of one of AWS's services, without anything that it repeats of the request: the session token may be among that. */
export interface Refusal {
  /** AWS's name of the error */
  name: string;
  status: number | null;
  /** what is wrong with the credentials, as the end of a sentence; undefined where it is something else */
  hint: string | undefined;
}

export function refusalOf(error: unknown): Refusal {
  const { name, $metadata } = error as { name?: unknown; $metadata?: { httpStatusCode?: number } };
  const known = typeof name === 'string' && /^\w{1,100}$/.test(name) ? name : 'an error';
  return { name: known, status: $metadata?.httpStatusCode ?? null, hint: HINTS[known] };
}
