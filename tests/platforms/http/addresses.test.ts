import { lookup, type LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test, vi } from 'vitest';
import { certificate } from '../../support/certificates.js';
import { createServer as createTlsServer } from 'node:https';
import { closedPort, listening } from '../../support/http-servers.js';
import { poolTo, replyOf, requestTo } from '../../support/pools.js';

// A host with several addresses is not to be had everywhere, so the name service is told some for names that end in `.several.test`.
const SEVERAL = vi.hoisted(() => new Map<string, LookupAddress[]>());
vi.mock('node:dns', async (original) => {
  const dns = await original<typeof import('node:dns')>();
  type Call = (error: Error | null, found: LookupAddress[]) => void;
  const told = (host: string, options: object, call: Call): void => {
    const found = SEVERAL.get(host);
    if (found === undefined) dns.lookup(host, { ...options, all: true }, call);
    else setImmediate(call, null, found);
  };
  return { ...dns, lookup: told as unknown as typeof lookup };
});

const [NOBODY, SOMEBODY]: LookupAddress[] = [
  { address: '127.0.0.9', family: 4 },
  { address: '127.0.0.1', family: 4 },
];

/** The URL under a name with these addresses. */
function named(url: string, addresses: LookupAddress[]): string {
  const name = `a${SEVERAL.size}.several.test`;
  SEVERAL.set(name, addresses);
  return url.replace('127.0.0.1', name);
}

test.each([
  ['first', [SOMEBODY!, NOBODY!]],
  ['last', [NOBODY!, SOMEBODY!]],
])('of a host with several addresses the one that listens serves, were it the %s', async (_, addresses) => {
  const url = named(
    await listening(createServer((request, response) => void response.end(request.headers.host))),
    addresses,
  );
  const pool = poolTo(url);
  const replies = await Promise.all(Array.from({ length: 20 }, () => replyOf(pool, requestTo(url))));
  for (const reply of replies) expect(reply).toMatchObject({ fault: null, status: 200, body: new URL(url).host });
});

test('so it is over TLS', async () => {
  const server = createTlsServer(certificate(), (_, response) => void response.end('secret'));
  const url = named(await listening(server, 'https'), [NOBODY!, SOMEBODY!]);
  expect(await replyOf(poolTo(url, { insecure: true }), requestTo(url))).toMatchObject({ fault: null, body: 'secret' });
});

test('where none of them listens it is refused', async () => {
  const url = named(await closedPort(), [NOBODY!, SOMEBODY!]);
  expect(await replyOf(poolTo(url), requestTo(url))).toMatchObject({ fault: 'refused', sentMs: null });
});

const hasIpv6 = Object.values(networkInterfaces()).some((found) => found?.some(({ address }) => address === '::1'));

test.runIf(hasIpv6)('an IPv6 address in brackets is connected to and named as the host', async () => {
  const server = createServer((request, response) => void response.end(request.headers.host));
  await new Promise<void>((ready) => server.listen(0, '::1', ready));
  onTestFinished(() => void server.close());
  const url = `http://[::1]:${(server.address() as { port: number }).port}/`;
  const pool = poolTo(url);
  expect(await replyOf(pool, requestTo(url))).toMatchObject({ fault: null, body: new URL(url).host });
  pool.close();
});
