import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../common/package-root.js';
import type { RemoteHost } from '../../workload/model.js';

/**
 * What stands before whatever the user's own configuration says: the first word of an option counts. Host keys are
 * verified, nobody is asked for anything, nothing is forwarded or remembered, the connection is nobody else's, and one
 * that breaks silently is noticed after 15 to 20 s: an answer is asked for after 5 s without one, and the fourth time is too late.
 */
const OPTIONS = [
  'BatchMode=yes',
  'StrictHostKeyChecking=yes',
  'VerifyHostKeyDNS=no',
  'NoHostAuthenticationForLocalhost=no',
  'UpdateHostKeys=no',
  'ServerAliveInterval=5',
  'ServerAliveCountMax=3',
  'ControlMaster=no',
  'ControlPath=none',
  'ClearAllForwardings=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'RequestTTY=no',
  'LogLevel=INFO',
];

/**
 * Arguments of `ssh` that start the agent on a host.
 * @param connectS how long the host may take until its SSH server has said who it is
 */
export function sshArguments(
  remote: Pick<RemoteHost, 'ssh' | 'port'>,
  connectS: number,
  configFile = userConfigFile(),
): string[] {
  const options = [...OPTIONS, `ConnectTimeout=${connectS}`].flatMap((option) => ['-o', option]);
  return ['-T', ...options, ...destination(remote, configFile), agentCommand()];
}

function userConfigFile(): string {
  return process.env['FAASLAB_SSH_CONFIG'] ?? '';
}

/** Where `ssh` connects to, as its arguments: with the configuration that the user named. */
export function destination({ ssh, port }: Pick<RemoteHost, 'ssh' | 'port'>, configFile = userConfigFile()): string[] {
  return [...userOptions(port, configFile), '--', ssh];
}

/** The same for a person's shell. */
export function destinationText({ ssh, port }: Pick<RemoteHost, 'ssh' | 'port'>): string {
  return [...userOptions(port, userConfigFile()), ssh].map(shellWord).join(' ');
}

function userOptions(port: number | null, configFile: string): string[] {
  return [...(configFile === '' ? [] : ['-F', configFile]), ...(port === null ? [] : ['-p', String(port)])];
}

/** A word that a shell takes as it is; a leading `~/` is left to it. */
export function shellWord(word: string): string {
  if (/^[\w./:@%+=,~-]+$/.test(word) && !/~/.test(word.replace(/^~\//, ''))) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * The login shell of the host reads this, and that may be any (csh takes no line breaks in quotes, fish has other escapes):
 * of base64 every shell makes the same. `faaslab-agent` is what `ps` shows there.
 */
function agentCommand(): string {
  const agent = readFileSync(join(packageRoot, 'monitoring', 'remote', 'agent.sh'));
  return `exec bash -c 'eval "$(printf %s ${agent.toString('base64')} | base64 -d)"' faaslab-agent`;
}
