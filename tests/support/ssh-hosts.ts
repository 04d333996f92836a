import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { emptyFolder } from './programs.js';
import { optionalTool } from './tools.js';

/** The SSH server whose absence leaves these tests out; `ssh` and `ssh-keygen` come with it. */
export const SSHD = optionalTool('sshd');

/** A user of OpenSSH: a key, known hosts, and a configuration by which nothing of the machine's own user counts. */
export interface SshUser {
  folder: string;
  /** for FAASLAB_SSH_CONFIG */
  config: string;
  /** Makes a host's key known. */
  knows(host: SshHost): void;
  /** Makes another key known as that host's. */
  mistakes(host: SshHost): void;
}

/** A real SSH server on a loopback port, or in a network namespace. */
export interface SshHost {
  address: string;
  /** `user@address` */
  ssh: string;
  port: number;
  pid: number;
  hostKey: string;
  /** TMPDIR of its sessions: the agent's folders lie there */
  temporary: string;
  /** what the server logged so far */
  log(): string;
  /** Kills the processes of all its sessions, as a crash would, and leaves the server listening. */
  killSessions(): void;
}

/** Of this test: FAASLAB_SSH_CONFIG names its configuration until the end. */
export function sshUser(): SshUser {
  const folder = emptyFolder();
  makeKey(join(folder, 'id'));
  makeKey(join(folder, 'other'));
  const config = join(folder, 'config');
  const known = join(folder, 'known_hosts');
  writeFileSync(known, '');
  writeFileSync(
    config,
    `Host *\n  IdentityFile ${join(folder, 'id')}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${known}\n  GlobalKnownHostsFile /dev/null\n`,
  );
  vi.stubEnv('FAASLAB_SSH_CONFIG', config);
  onTestFinished(() => void vi.unstubAllEnvs());
  const add = ({ address, port }: SshHost, publicKey: string): void => {
    const name = port === 22 ? address : `[${address}]:${port}`;
    appendFileSync(known, `${name} ${publicKey.split(' ').slice(0, 2).join(' ')}\n`);
  };
  return {
    folder,
    config,
    knows: (host) => add(host, host.hostKey),
    mistakes: (host) => add(host, readFileSync(join(folder, 'other.pub'), 'utf8')),
  };
}

export interface SshHostOptions {
  /** lines of its sshd_config */
  config?: string[];
  environment?: Record<string, string>;
  /** whose key it accepts; null = nobody's */
  user: SshUser | null;
  /** what to run the server under, e.g. `ip netns exec NAME` */
  under?: string[];
  address?: string;
}

/** Starts a server with keys and a configuration of its own, ended with all its sessions at the end of the test. */
export async function sshHost({
  config = [],
  environment = {},
  user,
  under = [],
  address,
}: SshHostOptions): Promise<SshHost> {
  const folder = emptyFolder();
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  makeKey(join(folder, 'host'));
  const keys = join(folder, 'authorized_keys');
  writeFileSync(keys, user === null ? '' : readFileSync(join(user.folder, 'id.pub'), 'utf8'));
  // As root it wants the empty folder that its package makes for the machine's own server.
  if (userInfo().uid === 0 && !existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
  const at = address ?? '127.0.0.1';
  const port = address === undefined ? await freePort() : 22;
  const variables = Object.entries({ TMPDIR: temporary, ...environment });
  const lines = [
    ...config,
    `Port ${port}`,
    `ListenAddress ${at}`,
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${keys}`,
    `SetEnv ${variables.map(([name, value]) => `${name}=${value}`).join(' ')}`,
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PidFile none',
  ];
  const configFile = join(folder, 'sshd_config');
  writeFileSync(configFile, `${lines.join('\n')}\n`);
  const [program, ...args] = [...under, SSHD!, '-D', '-e', '-f', configFile];
  const server = spawn(program!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  onTestFinished(async () => {
    for (const one of descendantsOf(server.pid!)) kill(one);
    const gone = once(server, 'exit');
    if (server.exitCode === null && server.kill('SIGKILL')) await gone;
  });
  while (!log.includes('Server listening')) {
    await Promise.race([
      once(server.stderr, 'data'),
      once(server, 'exit').then(() => Promise.reject(new Error(`sshd ended: ${log}`))),
    ]);
  }
  return {
    address: at,
    ssh: `${userInfo().username}@${at}`,
    port,
    pid: server.pid!,
    hostKey: readFileSync(join(folder, 'host.pub'), 'utf8'),
    temporary,
    log: () => log,
    killSessions: () => killSessionsOf(server),
  };
}

function killSessionsOf({ pid }: ChildProcess): void {
  for (const one of descendantsOf(pid!)) {
    // The agent is no part of the crash: it has to notice.
    if (nameOf(one) === 'sshd') kill(one);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

/** Processes below one, from the top down. */
export function descendantsOf(pid: number): number[] {
  let children: number[] = [];
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    // It is gone.
  }
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** Whether a process runs; one that nobody has waited for yet does not. */
export function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Waits for what processes do; the limit only guards against hanging. */
export const eventually = <Value>(look: () => Value) => expect.poll(look, { timeout: 45_000, interval: 50 });

/** What the agents of a host have left, or not yet removed. */
export function leftOn({ temporary }: SshHost): string[] {
  return readdirSync(temporary);
}

function makeKey(path: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
