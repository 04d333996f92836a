import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test as anyTest, vi } from 'vitest';
import { changedKey, unknownKey } from '../../../monitoring/remote/key-advice.js';
import { shellWord } from '../../../monitoring/remote/ssh-command.js';
import { readResolved, resolvedHost } from '../../../monitoring/remote/ssh-resolved.js';
import { type SshHost, sshHost, SSHD, sshUser, type SshUser } from '../../support/ssh-hosts.js';
import { remote, watching } from './watching.js';

const test = anyTest.skipIf(SSHD === undefined);

/** A host by a name that only a configuration in an oddly named folder knows, and a known_hosts of its own. */
async function named(lines: (host: SshHost) => string[]): Promise<{ user: SshUser; host: SshHost; known: string }> {
  const user = sshUser();
  const host = await sshHost({ user });
  const folder = join(user.folder, "it's a folder");
  mkdirSync(folder);
  const config = join(folder, 'config');
  const known = join(user.folder, 'known');
  const all = [
    `HostName ${host.address}`,
    `Port ${host.port}`,
    `User ${host.ssh.split('@')[0]!}`,
    `IdentityFile ${join(user.folder, 'id')}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${known}`,
    'GlobalKnownHostsFile /dev/null',
    ...lines(host),
  ];
  writeFileSync(config, `Host lab\n${all.map((line) => `  ${line}\n`).join('')}`);
  vi.stubEnv('FAASLAB_SSH_CONFIG', config);
  return { user, host, known };
}

/** The reason why `lab` could not be reached; null where it was. */
async function whyNot(): Promise<string | null> {
  const started = await watching(remote({ ssh: 'lab', port: null! }, { samplerIntervalMs: 1_000 }), {
    samplerPath: '/dev/null',
  });
  const [outcome] = started.outcomes();
  await started.watch.end(0);
  return outcome?.message ?? null;
}

/** The commands of a message, between backticks. */
function commandsIn(message: string): string[] {
  return [...message.matchAll(/`([^`]+)`/g)].map(([, command]) => command!);
}

function pasted(command: string): string {
  return execFileSync('sh', ['-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** By hand a person says yes; `accept-new` says it for him. */
function acceptedByHand(command: string): void {
  pasted(`${command.replace('=ask', '=accept-new')} true`);
}

test.each([
  ['its real name and port', () => []],
  ['its HostKeyAlias', () => ['HostKeyAlias lab-key.1']],
])('what a message says of an unknown key works when it is pasted: by hand, and by %s', async (_, lines) => {
  const { host, known } = await named(lines);
  const [byHand, adding, showing] = commandsIn((await whyNot())!);
  const fingerprint = execFileSync('ssh-keygen', ['-lf', '-'], { input: host.hostKey, encoding: 'utf8' }).split(' ')[1];
  expect(pasted(showing!)).toContain(fingerprint);
  pasted(adding!);
  expect(await whyNot()).toBeNull();
  writeFileSync(known, '');
  acceptedByHand(byHand!);
  expect(await whyNot()).toBeNull();
});

test.each([
  ['its real name and port', [], ({ address, port }: SshHost) => `[${address}]:${port}`],
  ['its HostKeyAlias', ['HostKeyAlias lab-key.1'], () => 'lab-key.1'],
])('what a message says of a changed key works when it is pasted, by %s', async (_, lines, name) => {
  const { user, host, known } = await named(() => lines);
  user.mistakes(host);
  const other = execFileSync('ssh-keygen', ['-y', '-f', join(user.folder, 'other')], { encoding: 'utf8' });
  appendFileSync(known, `${name(host)} ${other}`);
  const [removing, byHand] = commandsIn((await whyNot())!);
  pasted(removing!);
  expect(await whyNot()).toMatch(/its host key is not known here/);
  acceptedByHand(byHand!);
  expect(await whyNot()).toBeNull();
});

test('of a host behind another nothing is scanned, and the one on the way is named where its key is missing', async () => {
  await named(() => ['ProxyCommand false']);
  const resolved = (await resolvedHost({ ssh: 'lab', port: null }))!;
  expect(resolved.isIndirect).toBe(true);
  const advice = (stderr: string): string => unknownKey({ at: 'lab', resolved, stderr });
  expect(commandsIn(advice('Host key verification failed.'))).toEqual(['ssh -o StrictHostKeyChecking=ask lab']);
  const jump = 'No ED25519 host key is known for jump.example and you have requested strict checking.';
  expect(advice(jump)).toMatch(/^the host key of jump\.example, by which it is reached, is not known here: /);
});

anyTest('what ssh would still expand is put into no command', () => {
  const text = 'hostname h\nport 22\nproxycommand none\nuserknownhostsfile ~/.ssh/%h ~/.ssh/b\n';
  expect(readResolved(text)).toEqual({ hostName: 'h', port: 22, alias: null, knownHosts: null, isIndirect: false });
  expect(readResolved('')).toBeNull();
  const advised = { at: 'h', resolved: readResolved(text), stderr: '' };
  expect(commandsIn(unknownKey(advised))).toEqual(['ssh -o StrictHostKeyChecking=ask h']);
  expect(commandsIn(changedKey(advised))).toEqual(['ssh-keygen -R h', 'ssh -o StrictHostKeyChecking=ask h']);
});

anyTest.each([
  ['~/.ssh/known_hosts', '~/.ssh/known_hosts'],
  ['a~b', "'a~b'"],
  ["it's", `'it'\\''s'`],
  ['[::1]:22', "'[::1]:22'"],
  ['', "''"],
])('%j is %s for a shell', (word, quoted) => expect(shellWord(word)).toBe(quoted));
