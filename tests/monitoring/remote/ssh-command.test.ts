import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test as anyTest } from 'vitest';
import { placeBelow, scriptsToSend } from '../../../monitoring/remote/scripts-to-send.js';
import { sshArguments } from '../../../monitoring/remote/ssh-command.js';
import { emptyFolder } from '../../support/programs.js';
import { SSHD } from '../../support/ssh-hosts.js';

const test = anyTest.skipIf(SSHD === undefined);
const HOST = { ssh: 'user@host.invalid', port: null };

/** What ssh makes of its arguments and a user's configuration, by its own word. */
function effective(config: string, host: { ssh: string; port: number | null } = HOST): Map<string, string> {
  const path = join(emptyFolder(), 'config');
  writeFileSync(path, config);
  const printed = execFileSync('ssh', ['-G', ...sshArguments(host, 8, path)], { encoding: 'utf8' });
  return new Map(printed.split('\n').map((line) => [line.split(' ')[0]!, line.slice(line.indexOf(' ') + 1)]));
}

test('host keys are verified, nobody is asked, and nothing is shared or forwarded, whatever the user configured', () => {
  const options = effective(
    [
      'StrictHostKeyChecking no',
      'VerifyHostKeyDNS yes',
      'NoHostAuthenticationForLocalhost yes',
      'BatchMode no',
      'ForwardAgent yes',
      'ForwardX11 yes',
      'ControlMaster auto',
      'ControlPath /tmp/%C',
      'LocalForward 9999 localhost:9998',
      'PermitLocalCommand yes',
      'LocalCommand touch /tmp/x',
      'RemoteCommand rm -rf /',
      'RequestTTY force',
      'UpdateHostKeys yes',
      'ServerAliveInterval 0',
      'ConnectTimeout 99',
      'LogLevel QUIET',
    ].join('\n'),
  );
  const expected = {
    stricthostkeychecking: 'true',
    verifyhostkeydns: 'false',
    nohostauthenticationforlocalhost: 'no',
    batchmode: 'yes',
    forwardagent: 'no',
    forwardx11: 'no',
    controlmaster: 'false',
    clearallforwardings: 'yes',
    permitlocalcommand: 'no',
    requesttty: 'false',
    updatehostkeys: 'false',
    serveraliveinterval: '5',
    serveralivecountmax: '3',
    connecttimeout: '8',
    loglevel: 'INFO',
  };
  expect(Object.fromEntries(Object.keys(expected).map((name) => [name, options.get(name)]))).toEqual(expected);
  expect(options.get('controlpath')).toBeUndefined();
  expect(options.get('remotecommand')).toBeUndefined();
});

test("name, user, port and key are the user's to configure, and a port of the config counts first", () => {
  const config =
    'Host host.invalid\n  HostName 192.0.2.1\n  Port 2222\n  IdentityFile /keys/one\n  ProxyJump jump.invalid\n';
  const options = effective(config);
  expect(['hostname', 'user', 'port', 'identityfile', 'proxyjump'].map((name) => options.get(name))).toEqual([
    '192.0.2.1',
    'user',
    '2222',
    '/keys/one',
    'jump.invalid',
  ]);
  expect(effective(config, { ...HOST, port: 2_022 }).get('port')).toBe('2022');
});

test('a destination is never taken for an option', () => {
  const args = sshArguments({ ssh: '-oProxyCommand=touch /tmp/x', port: null }, 8, '');
  expect(args.indexOf('--')).toBe(args.indexOf('-oProxyCommand=touch /tmp/x') - 1);
  expect(args).not.toContain('-F');
});

// The login shell of the host is whatever its user has; those that this machine has are tried.
const SHELLS = ['sh', 'bash', 'dash', 'zsh', 'fish', 'csh', 'tcsh', 'ksh'].filter((name) => existsSync(`/bin/${name}`));

anyTest.each(SHELLS)('the command starts the agent from %s', (shell) => {
  const command = sshArguments(HOST, 8, '').at(-1)!;
  const ended = spawnSync(`/bin/${shell}`, ['-c', command], { input: 'clock\nbye\n', encoding: 'utf8' });
  expect(ended.stdout).toMatch(/^faaslab-agent 1\nclock \d{16}\n$/);
});

test('of a script in a monitoring folder its sisters are sent, of another only itself', async () => {
  const root = emptyFolder();
  mkdirSync(join(root, 'monitoring', 'inner.sh'), { recursive: true });
  for (const name of ['All.sh', 'Perf.sh', 'notes.txt']) writeFileSync(join(root, 'monitoring', name), name);
  mkdirSync(join(root, 'own'));
  for (const name of ['mine.sh', 'other.sh']) writeFileSync(join(root, 'own', name), name);
  const sent = async (path: string) =>
    (await scriptsToSend({ path, faasRoot: root })).map((file) => [file.path, file.content.toString()]);
  expect(await sent(join(root, 'monitoring', 'Perf.sh'))).toEqual([
    ['monitoring/Perf.sh', 'Perf.sh'],
    ['monitoring/All.sh', 'All.sh'],
  ]);
  expect(await sent(join(root, 'own', 'mine.sh'))).toEqual([['own/mine.sh', 'mine.sh']]);
});

test('scripts that are too large, or cannot be read, are refused with their name', async () => {
  const root = emptyFolder();
  const path = join(root, 'large.sh');
  writeFileSync(path, Buffer.alloc(2 ** 20 + 1));
  await expect(scriptsToSend({ path, faasRoot: root })).rejects.toThrow(/more than 1 MiB together/);
  await expect(scriptsToSend({ path: join(root, 'none.sh'), faasRoot: root })).rejects.toThrow(/none\.sh/);
});

test('a script outside its root is sent by its name', () => {
  expect(placeBelow('/a/root', '/a/root/monitoring/x.sh')).toBe('monitoring/x.sh');
  expect(placeBelow('/a/root', '/b/x.sh')).toBe('x.sh');
});
