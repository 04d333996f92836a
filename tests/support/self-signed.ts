import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { certificate } from './certificates.js';
import { listening } from './http-servers.js';

/** A server with a certificate that it signed itself, made for this test. */
export function selfSigned(answer: RequestListener = (_, response) => void response.end()): Promise<string> {
  const { key, cert } = certificate();
  return listening(createServer({ key, cert }, answer), 'https');
}
