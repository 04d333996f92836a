import { shellWord } from './ssh-command.js';
import type { ResolvedHost } from './ssh-resolved.js';

/** What is known of a host that ssh did not let us into. */
export interface Advised {
  /** where `ssh` connects to, for a shell */
  at: string;
  /** null where nobody knows */
  resolved: ResolvedHost | null;
  /** what ssh said */
  stderr: string;
}

/** What to do about a host key that is not known, in commands that can be pasted. */
export function unknownKey({ at, resolved, stderr }: Advised): string {
  const byHand = `accept it once by hand with \`ssh -o StrictHostKeyChecking=ask ${at}\``;
  const asked = /No \S+ host key is known for (\S+) and you/.exec(stderr)?.[1];
  const onTheWay = resolved !== null && asked !== undefined && asked !== nameInFile(resolved);
  if (onTheWay) return `the host key of ${asked}, by which it is reached, is not known here: ${byHand}`;
  const adding = resolved === null ? null : addingCommands(resolved);
  const orAdd =
    adding === null
      ? ''
      : `, or add it with \`${adding.add}\` once the fingerprint that \`${adding.show}\` shows is the host's own`;
  return `its host key is not known here: ${byHand}${orAdd}`;
}

/** What to do about a host key that is another one. ssh names the entry and the file; both may be of a host on the way. */
export function changedKey({ at, resolved, stderr }: Advised): string {
  const name =
    /^Host key for (\S+) has changed/m.exec(stderr)?.[1] ?? (resolved === null ? null : nameInFile(resolved));
  const file = /^Offending \S+ key in (.+):\d+\s*$/m.exec(stderr)?.[1] ?? resolved?.knownHosts ?? null;
  const from = file === null ? '' : `-f ${shellWord(file)} `;
  const removing = name === null ? 'the old key' : `the old key by \`ssh-keygen ${from}-R ${shellWord(name)}\``;
  return `its host key is not the one in known_hosts: somebody else may answer there; if it was installed anew, remove ${removing} and accept the new one with \`ssh -o StrictHostKeyChecking=ask ${at}\``;
}

/** As ssh looks it up: the alias alone, or the name with a port other than 22 (sshd(8), known_hosts). */
function nameInFile({ hostName, port, alias }: ResolvedHost): string {
  return alias ?? (port === 22 ? hostName : `[${hostName}]:${port}`);
}

/** Null where the host is not reached directly, or ssh would not find what is added. */
function addingCommands({ hostName, port, alias, knownHosts, isIndirect }: ResolvedHost): Adding | null {
  if (isIndirect || knownHosts === null) return null;
  if (alias !== null && !/^[\w.:-]+$/.test(alias)) return null;
  const scan = ['ssh-keyscan', ...(port === 22 ? [] : ['-p', String(port)]), shellWord(hostName)].join(' ');
  const named = alias === null ? scan : `${scan} | sed 's/^[^ #]*/${alias}/'`;
  return { show: `${scan} | ssh-keygen -lf -`, add: `${named} >>${shellWord(knownHosts)}` };
}

interface Adding {
  show: string;
  add: string;
}
