import { expect, test, vi } from 'vitest';
import { PlatformError } from '../../common/errors.js';
import { insecureAsked, isLocal, settleCertificate } from '../../platforms/tls.js';
import { closedPort } from '../support/http-servers.js';
import { selfSigned } from '../support/self-signed.js';

test('a local OpenWhisk with its own certificate is accepted on loopback, with a notice', async () => {
  const apiHost = await selfSigned();
  const decision = await settleCertificate({ apiHost, kind: 'local_openwhisk', insecure: false });
  expect(decision.insecure).toBe(true);
  expect(decision.notice).toMatch(/certificate of https:\/\/127\.0\.0\.1:\d+ cannot be verified .*accepted/);
});

test('any other kind of endpoint needs -i for it, and the error says so', async () => {
  const apiHost = await selfSigned();
  const settling = settleCertificate({ apiHost, kind: 'generic', insecure: false });
  await expect(settling).rejects.toThrow(/cannot be verified .* allow it with -i$/);
  await expect(settling).rejects.toBeInstanceOf(PlatformError);
  expect(await settleCertificate({ apiHost, kind: 'generic', insecure: true })).toEqual({
    insecure: true,
    notice: null,
  });
});

test('plain http and a host that does not answer need no decision', async () => {
  const verified = { insecure: false, notice: null };
  expect(await settleCertificate({ apiHost: 'http://a.example', kind: 'generic', insecure: false })).toEqual(verified);
  const nobody = (await closedPort()).replace('http:', 'https:');
  expect(await settleCertificate({ apiHost: nobody, kind: 'generic', insecure: false })).toEqual(verified);
});

test.each([
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['10.1.2.3', true],
  ['172.16.0.1', true],
  ['172.31.255.255', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['192.169.1.1', false],
  ['169.254.169.254', true],
  ['8.8.8.8', false],
  ['::1', true],
  ['fe80::1', true],
  ['fd00::1', true],
  ['2001:db8::1', false],
  ['localhost', true],
  ['no-such-host.invalid', false],
])('%s is local: %s', async (host, local) => {
  expect(await isLocal(host)).toBe(local);
});

test('FAASLAB_INSECURE=1 is -i', () => {
  vi.stubEnv('FAASLAB_INSECURE', undefined);
  expect([insecureAsked(false), insecureAsked(true)]).toEqual([false, true]);
  vi.stubEnv('FAASLAB_INSECURE', '1');
  expect(insecureAsked(false)).toBe(true);
  vi.unstubAllEnvs();
});
