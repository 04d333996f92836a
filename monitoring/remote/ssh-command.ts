import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../common/package-root.js';
import type { RemoteHost } from '../../workload/model.js';

/**
 * What stands before whatever the user's own configuration says: the first word of an option counts. Host keys are
 * verified, nobody is asked for anything, nothing is forwarded or remembered, the connection is nobody else's, and one
 * that breaks silently is noticed within 15 s.
 */
const OPTIONS = [
  'BatchMode=yes',
  'StrictHostKeyChecking=yes',
  'VerifyHostKeyDNS=no',
  'NoHostAuthenticationForLocalhost=no',
  'UpdateHostKeys=no',
  'ConnectTimeout=10',
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

/** Arguments of `ssh` that start the agent on a host. */
export function sshArguments(
  { ssh, port }: Pick<RemoteHost, 'ssh' | 'port'>,
  configFile: string | undefined,
): string[] {
  return [
    ...(configFile === undefined || configFile === '' ? [] : ['-F', configFile]),
    '-T',
    ...OPTIONS.flatMap((option) => ['-o', option]),
    ...(port === null ? [] : ['-p', String(port)]),
    '--',
    ssh,
    agentCommand(),
  ];
}

/**
 * The login shell of the host reads this, and that may be any (csh takes no line breaks in quotes, fish has other escapes):
 * of base64 every shell makes the same. `faaslab-agent` is what `ps` shows there.
 */
function agentCommand(): string {
  const agent = readFileSync(join(packageRoot, 'monitoring', 'remote', 'agent.sh'));
  return `exec bash -c 'eval "$(printf %s ${agent.toString('base64')} | base64 -d)"' faaslab-agent`;
}
