import { hash } from 'node:crypto';
import { ALGORITHM } from './canonical-request.js';

/** What an Authorization header of Signature Version 4 holds. */
export interface Parts {
  credential: string;
  signedHeaders: string[];
  signature: string;
  /** what the header does not hold */
  missing: string[];
}

/** @param date of the request, from another header */
export function partsOf(authorization: string, date: string | undefined): Parts {
  const [algorithm, rest = ''] = /^(\S+)\s+(.*)$/s.exec(authorization)?.slice(1) ?? [];
  const fields = new Map(rest.split(',').map((part) => part.trim().split('=', 2) as [string, string | undefined]));
  const [credential = '', names = '', signature = ''] = ['Credential', 'SignedHeaders', 'Signature'].map((name) =>
    fields.get(name),
  );
  const missing = [
    ...(algorithm === ALGORITHM ? [] : [`Authorization header requires '${ALGORITHM}' algorithm.`]),
    ...(credential === '' ? [`Authorization header requires 'Credential' parameter.`] : []),
    ...(signature === '' ? [`Authorization header requires 'Signature' parameter.`] : []),
    ...(names === '' ? [`Authorization header requires 'SignedHeaders' parameter.`] : []),
    ...(date === undefined
      ? [`Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.`]
      : []),
    ...(credential === '' || credential.split('/').length === 5
      ? []
      : [`Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.`]),
  ];
  return { credential, signedHeaders: names === '' ? [] : names.split(';'), signature, missing };
}

/** Says what is missing, as AWS does, without repeating the header, which may hold more than a signature. */
export function incomplete(missing: readonly string[], authorization: string): string {
  const hashed = hash('sha256', authorization, 'base64');
  return `${missing.join(' ')} (Hashed with SHA-256 and encoded with Base64) Authorization=${hashed}`;
}
