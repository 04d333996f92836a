import { execFile } from 'node:child_process';
import type { RemoteHost } from '../../workload/model.js';
import { destination } from './ssh-command.js';

/** Where a name of a config leads, by the configuration of ssh. `ssh-keyscan` and `ssh-keygen` do not read that themselves. */
export interface ResolvedHost {
  hostName: string;
  port: number;
  /** what stands in known_hosts in place of name and port; null = these */
  alias: string | null;
  /** where ssh itself would add a key; null where none can be named */
  knownHosts: string | null;
  /** by another host, or a command: `ssh-keyscan` does not get there */
  isIndirect: boolean;
}

/** Reading its configuration takes ssh no longer, unless names are made canonical by a DNS that is away. */
const LIMIT_MS = 5_000;

/** What `ssh -G` says; null where it says nothing. */
export async function resolvedHost(remote: Pick<RemoteHost, 'ssh' | 'port'>): Promise<ResolvedHost | null> {
  const said = await new Promise<string>((ended) => {
    execFile('ssh', ['-G', ...destination(remote)], { timeout: LIMIT_MS }, (_, stdout) => ended(stdout));
  });
  return readResolved(said);
}

/** Of `keyword value` a line; a keyword that was never set is not there, or `none`. */
export function readResolved(text: string): ResolvedHost | null {
  const words = new Map<string, string>();
  for (const [, keyword, value] of text.matchAll(/^(\w+) (.+)$/gm)) words.set(keyword!, value!);
  const set = (keyword: string): string | null => {
    const value = words.get(keyword);
    return value === undefined || value === 'none' ? null : value;
  };
  const hostName = set('hostname');
  const port = Number(set('port'));
  if (hostName === null || !Number.isInteger(port)) return null;
  return {
    hostName,
    port,
    alias: set('hostkeyalias'),
    knownHosts: firstFile(set('userknownhostsfile')),
    isIndirect: set('proxyjump') !== null || set('proxycommand') !== null,
  };
}

/** Of a list parted by blanks. What ssh itself would still expand is none for a shell. */
function firstFile(files: string | null): string | null {
  const first = files?.split(' ')[0] ?? null;
  return first === null || /[%$]/.test(first) || first === '/dev/null' ? null : first;
}
