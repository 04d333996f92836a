import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listening } from './http-servers.js';

/** A server with a certificate that it signed itself, made for this test. */
export async function selfSigned(answer: RequestListener = (_, response) => response.end()): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'faaslab-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
  execFileSync('openssl', ['req', ...made, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer);
  rmSync(folder, { recursive: true });
  return listening(server, 'https');
}
