import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test as anyTest, vi } from 'vitest';
import type { RemoteLimits } from '../../../monitoring/remote/limits.js';
import { reachRemoteHost } from '../../../monitoring/remote/remote-host.js';
import type { RemoteHost } from '../../../workload/model.js';
import { closedPort } from '../../support/http-servers.js';
import { emptyFolder } from '../../support/programs.js';
import { type SshHost, sshHost, SSHD, sshUser } from '../../support/ssh-hosts.js';
import { remote, script, watching } from './watching.js';

const test = anyTest.skipIf(SSHD === undefined);
const SCRIPT = 'touch it-ran.out\n';

/** Tries a host to the end of a run. It must have told before plan zero, have left nothing, and end at once. */
async function tried(
  at: Pick<RemoteHost, 'ssh' | 'port'> | SshHost,
  limits: Partial<RemoteLimits> = {},
): Promise<string> {
  const host = remote({ ssh: at.ssh, port: at.port! }, { runtimeScript: script(SCRIPT) });
  const started = await watching(host, { limits });
  const told = started.outcomes();
  await started.watch.begin();
  await started.watch.end(60_000);
  expect(started.outcomes()).toEqual(told);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ role: 'host', script: `ssh ${host.ssh}`, status: 'unreachable', start_ms: null });
  expect(readdirSync(started.directory)).toEqual([]);
  return told[0]!.message!;
}

/** A server that accepts connections and does with them what the test says. */
async function tcpServer(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

test('a host whose key is not known is not connected to, and the message says how to accept it', async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  const message = await tried(host);
  expect(message).toMatch(
    /^it could not be reached: its host key is not known here: accept it once by hand with `ssh -o StrictHostKeyChecking=ask -F/,
  );
  expect(message).toContain(`ssh-keyscan -p ${host.port} 127.0.0.1 >>`);
  expect(message).toMatch(/\(ssh: Host key verification failed\.\)$/);
});

test("a host that is not the one in known_hosts is not connected to, whatever the user's configuration allows", async () => {
  const user = sshUser();
  const host = await sshHost({ user });
  user.mistakes(host);
  const lax = 'StrictHostKeyChecking no\nNoHostAuthenticationForLocalhost yes\n';
  writeFileSync(
    user.config,
    `${lax}IdentityFile ${join(user.folder, 'id')}\nUserKnownHostsFile ${join(user.folder, 'known_hosts')}\n`,
  );
  const message = await tried(host);
  expect(message).toMatch(/its host key is not the one in known_hosts/);
  expect(message).toContain(`ssh-keygen -f ${join(user.folder, 'known_hosts')} -R '[127.0.0.1]:${host.port}'`);
});

test('a host that takes none of our keys is told from one that is not there', async () => {
  const user = sshUser();
  const host = await sshHost({ user: null });
  user.knows(host);
  expect(await tried(host)).toMatch(
    /it accepts none of our keys: .*ssh-copy-id -F \S+ -p .*\(ssh: .*Permission denied \(publickey\)\.\)$/,
  );
});

test('where nothing listens the message says so', async () => {
  sshUser();
  const port = Number(new URL(await closedPort()).port);
  expect(await tried({ ssh: 'user@127.0.0.1', port })).toMatch(/nothing listens there.*Connection refused/);
});

test('a name that does not exist is told as such', async () => {
  sshUser();
  expect(await tried({ ssh: 'user@no-such-host.invalid', port: 22 })).toMatch(
    /its name cannot be resolved.*no-such-host\.invalid/,
  );
});

test('a host that accepts connections and never says a word costs no more than the limit', async () => {
  sshUser();
  const port = await tcpServer(() => undefined);
  const message = await tried({ ssh: 'user@127.0.0.1', port }, { reachMs: 500 });
  expect(message).toMatch(/^it could not be reached: it did not answer within 0\.5 s: see how far `ssh .* true` comes/);
});

test('of a host that accepts connections and never says a word ssh itself tells what it waited for', async () => {
  sshUser();
  const port = await tcpServer(() => undefined);
  // ssh has four fifths of the time, in whole seconds: 1 s.
  const message = await tried({ ssh: 'user@127.0.0.1', port }, { reachMs: 1_800 });
  expect(message).toMatch(
    /: it takes connections there and says nothing, as no SSH server does: does "port" lead to one.* \(ssh: .*timed out\)$/,
  );
});

test('of a port where no SSH server answers the message says so', async () => {
  sshUser();
  const port = await tcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect(await tried({ ssh: 'user@127.0.0.1', port })).toMatch(
    /ends them before it says who it is: does "port" lead to an SSH server/,
  );
});

test('a host that logs us in and never says a word costs no more than the limit', async () => {
  const user = sshUser();
  const host = await sshHost({ user, config: ['ForceCommand cat >/dev/null'] });
  user.knows(host);
  const message = await tried(host, { reachMs: 1_500 });
  expect(message).toMatch(/: it did not answer within 1\.5 s: see how far `ssh -o BatchMode=yes -F .* true` comes/);
});

test('an interruption ends the attempt at once', async () => {
  sshUser();
  let knocked: (() => void) | undefined;
  const connected = new Promise<void>((done) => (knocked = done));
  const port = await tcpServer(() => knocked!());
  const stop = new AbortController();
  const place = { runDirectory: emptyFolder(), durationS: 1, stop: stop.signal };
  const reaching = reachRemoteHost(remote({ ssh: 'user@127.0.0.1', port }, { runtimeScript: script(SCRIPT) }), place);
  await connected;
  stop.abort();
  // Without it, the limit of 10 s and another message.
  expect((await reaching).outcomes[0]).toMatchObject({
    status: 'unreachable',
    message: 'it could not be reached: the run was interrupted before it answered',
  });
});

test.each([
  [
    "echo 'Welcome to the store'",
    /it does not answer as our agent does; it said "Welcome to the store": does a ForceCommand/,
  ],
  ['true', /\(ssh ended without a word\)$/],
  ['echo "bash: not found" >&2; exit 127', /there is no bash on it/],
  ["printf 'fault no folder can be made there: mktemp: full\\n'", /no folder can be made there: mktemp: full$/],
  ["printf 'faaslab-agent 1\\n'", /the connection ended/],
  ["printf 'faaslab-agent 1\\nclock yesterday\\n'; cat >/dev/null", /it said "clock yesterday"$/],
  ["printf 'faaslab-agent 1\\nclock 1700000000000000\\n'; while :; do echo clock 1; done", /it said "clock 1"$/],
  ['while :; do echo rubbish; done', /it said "rubbish"/],
  ['tr "\\0" x </dev/zero', /it sent a line without an end$/],
  ["printf '\\033[31mred\\r\\n'", /it said "\\u001b\[31mred(?:\\r)?"/],
])('a host that answers by %s is no host for us', async (forced, told) => {
  const user = sshUser();
  const host = await sshHost({ user, config: [`ForceCommand ${forced}`] });
  user.knows(host);
  expect(await tried(host)).toMatch(told);
});

test('a host where no folder can be made says why', async () => {
  const user = sshUser();
  const host = await sshHost({ user, environment: { TMPDIR: '/proc/none' } });
  user.knows(host);
  expect(await tried(host)).toMatch(
    /^it could not be reached: no folder can be made there: mktemp: .*\/proc\/none\/faaslab\..*No such file or directory$/,
  );
});

test('a login shell that prints something before does no harm', async () => {
  const user = sshUser();
  const host = await sshHost({ user, config: ['ForceCommand echo "Last login: never"; eval "$SSH_ORIGINAL_COMMAND"'] });
  user.knows(host);
  const started = await watching(remote(host, { runtimeScript: script(SCRIPT) }));
  expect(started.outcomes()).toEqual([]);
  await started.watch.begin();
  await started.watch.end(10_000);
  expect(started.text('it-ran.out')).toBe('');
});

test('where ssh is missing the message says so', async () => {
  const user = sshUser();
  vi.stubEnv('PATH', user.folder);
  expect(await tried({ ssh: 'user@127.0.0.1', port: 22 })).toMatch(/ssh is not on PATH: install OpenSSH's client/);
});
