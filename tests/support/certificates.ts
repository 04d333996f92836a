import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder } from './programs.js';

export interface Certificate {
  key: Buffer;
  cert: Buffer;
  /** where the certificate lies, until the end of the test */
  path: string;
}

/** A certificate for `localhost` that it signed itself, made for this test; an expired one was good until yesterday. */
export function certificate({ expired = false } = {}): Certificate {
  const folder = emptyFolder();
  const [key, request, cert] = ['key.pem', 'request.pem', 'cert.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-new', ...curve, '-subj', '/CN=localhost', '-keyout', key, '-out', request);
  openssl('x509', '-req', '-in', request, '-signkey', key, '-days', expired ? '-1' : '1', '-out', cert);
  return { key: readFileSync(key), cert: readFileSync(cert), path: cert };
}
