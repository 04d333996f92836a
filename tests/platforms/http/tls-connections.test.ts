import { createServer, type Server as HttpsServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { certificate, type Certificate } from '../../support/certificates.js';
import { httpServer, listening, rawServer } from '../../support/http-servers.js';
import { faultsInProgram, poolTo, replyOf, requestTo } from '../../support/pools.js';

/** A TLS server that notes what its clients said in their handshakes. */
async function tlsServer(of: Certificate, answer = 'secret') {
  const handshakes: { name: string | false | null; resumed: boolean; protocol: string | false | null }[] = [];
  let requests = 0;
  const server: HttpsServer = createServer({ ...of, ALPNProtocols: ['h2', 'http/1.1'] }, (_, response) => {
    requests += 1;
    response.setHeader('connection', 'close').end(answer);
  });
  server.on('secureConnection', (socket: TLSSocket & { servername?: string | false | null }) => {
    const { servername, alpnProtocol } = socket;
    handshakes.push({ name: servername ?? null, resumed: socket.isSessionReused(), protocol: alpnProtocol });
  });
  const url = await listening(server, 'https');
  return { url, byName: url.replace('127.0.0.1', 'localhost'), handshakes, requests: () => requests };
}

test('a certificate that cannot be verified is `tls`, and no request leaves', async () => {
  const { byName, requests } = await tlsServer(certificate());
  expect(await replyOf(poolTo(byName), requestTo(byName))).toMatchObject({ fault: 'tls', sentMs: null, status: null });
  expect(requests()).toBe(0);
});

test('with `insecure` it is accepted; a name is told in the handshake and an address is not; HTTP/1.1 is agreed on', async () => {
  const { url, byName, handshakes } = await tlsServer(certificate());
  for (const address of [byName, url]) {
    const reply = await replyOf(poolTo(address, { insecure: true }), requestTo(address));
    expect(reply).toMatchObject({ fault: null, status: 200, body: 'secret' });
  }
  expect(handshakes).toMatchObject([
    { name: 'localhost', protocol: 'http/1.1' },
    { name: false, protocol: 'http/1.1' },
  ]);
});

test('later handshakes of a pool take up the session of an earlier one', async () => {
  const { byName, handshakes } = await tlsServer(certificate());
  const pool = poolTo(byName, { insecure: true });
  for (let i = 0; i < 4; i += 1) expect((await replyOf(pool, requestTo(byName))).fault).toBeNull();
  expect(handshakes.map(({ resumed }) => resumed)).toEqual([false, true, true, true]);
});

test('a server that speaks plain HTTP where TLS is expected is `tls`', async () => {
  const url = (await httpServer((_, response) => void response.end())).replace('http:', 'https:');
  expect(await replyOf(poolTo(url), requestTo(url))).toMatchObject({ fault: 'tls', sentMs: null });
});

test('a server that hangs up in the handshake is `reset`, one that says nothing is a `timeout`', async () => {
  const hangsUp = (await rawServer((socket) => void socket.once('data', () => socket.destroy()))).replace(
    'http:',
    'https:',
  );
  expect(await replyOf(poolTo(hangsUp), requestTo(hangsUp))).toMatchObject({ fault: 'reset', sentMs: null });
  const silent = (await rawServer(() => undefined)).replace('http:', 'https:');
  const pool = poolTo(silent, { timeoutMs: 200 });
  expect(await replyOf(pool, requestTo(silent))).toMatchObject({ fault: 'timeout', sentMs: null });
});

test('10 MB there and back over TLS are whole', async () => {
  const server = createServer(certificate(), (request, response) => void request.pipe(response));
  const url = await listening(server, 'https');
  const body = Buffer.alloc(10_000_000, 'abcdefghij');
  const reply = await replyOf(poolTo(url, { insecure: true, keepBytes: 2e7 }), requestTo(url, 'POST', body));
  expect(reply).toMatchObject({ fault: null, status: 200, responseBytes: 10_000_000 });
  expect(reply.body === body.toString('latin1')).toBe(true);
});

/** The fault of a request by a program that trusts a certificate from its start on. */
async function faultWhereTrusted(url: string, { path }: Certificate): Promise<unknown> {
  const [fault] = await faultsInProgram(url, 1, { NODE_EXTRA_CA_CERTS: path });
  return fault;
}

test('a certificate that is trusted must still be of this host and not expired', async () => {
  const good = certificate();
  const expired = certificate({ expired: true });
  const [ofGood, ofExpired] = await Promise.all([tlsServer(good), tlsServer(expired)]);
  const faults = await Promise.all([
    faultWhereTrusted(ofGood.byName, good),
    faultWhereTrusted(ofGood.url, good),
    faultWhereTrusted(ofExpired.byName, expired),
  ]);
  expect(faults).toEqual([null, 'tls', 'tls']);
  expect([ofGood.requests(), ofExpired.requests()]).toEqual([1, 0]);
});
